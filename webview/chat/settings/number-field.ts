import { element } from "../../ui/element.ts";
import { fillIn } from "../../ui/fill-in.ts";
import { formatCount } from "../format-count.ts";

export interface NumberFieldOptions {
  readonly label: string;
  /** What stands in the field while nothing is set. */
  readonly placeholder: string;
  readonly min: number;
  readonly max: number;
  /** Whole numbers only. */
  readonly isWhole: boolean;
  /** `From {0} to {1}.` */
  readonly rangeWords: string;
  /** A value within the range, or null for none. */
  readonly onChange: (value: number | null) => void;
}

let fields = 0;

/** A number that may be left out. What is out of its range is said beneath it, and changes nothing. */
export class NumberField {
  readonly element: HTMLElement;
  readonly #options: NumberFieldOptions;
  readonly #input: HTMLInputElement;
  readonly #fault: HTMLElement;

  constructor(options: NumberFieldOptions) {
    this.#options = options;
    fields++;
    const id = `number-${fields}`;
    const { label, placeholder, isWhole } = options;
    this.#input = element("input", {
      attributes: {
        id,
        // Text: a field for numbers tells nothing of what is written there while it is no number.
        type: "text",
        inputmode: isWhole ? "numeric" : "decimal",
        autocomplete: "off",
        placeholder,
        "aria-describedby": `${id}-fault`,
      },
    });
    this.#fault = element("p", { className: "field-fault", attributes: { id: `${id}-fault`, role: "alert" } });
    const name = element("label", { attributes: { for: id }, children: [label] });
    this.element = element("div", { className: "field", children: [name, this.#input, this.#fault] });
    this.#input.addEventListener("change", () => this.#changed());
  }

  /** What is being written stays. */
  show(value: number | null): void {
    if (document.activeElement === this.#input) return;
    this.#input.value = value === null ? "" : String(value);
    this.#judge();
  }

  #changed(): void {
    const value = this.#judge();
    if (value !== undefined) this.#options.onChange(value);
  }

  /** The value, null for none, undefined when it is out of range. */
  #judge(): number | null | undefined {
    const { min, max, isWhole, rangeWords } = this.#options;
    const text = this.#input.value.trim().replace(",", ".");
    const value = text === "" ? null : Number(text);
    const isFine = value === null || (value >= min && value <= max && (!isWhole || Number.isInteger(value)));
    this.#input.setAttribute("aria-invalid", String(!isFine));
    this.#fault.textContent = isFine ? "" : fillIn(rangeWords, formatCount(min), formatCount(max));
    return isFine ? value : undefined;
  }
}
