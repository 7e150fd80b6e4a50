import {
  type ChatParameters,
  type ConversationOptions,
  noParameters,
} from "../../../contract/webview/chat-composer.ts";
import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { button } from "../../ui/button.ts";
import { element } from "../../ui/element.ts";
import { iconButton } from "../../ui/icon-button.ts";
import { NumberField } from "./number-field.ts";

export interface SettingsPanelOptions {
  readonly words: ChatWords["options"];
  readonly onChange: (options: ConversationOptions) => void;
  readonly onClose: () => void;
}

type NumberName = Exclude<keyof ChatParameters, "reasoningEffort">;
const ranges: Readonly<Record<NumberName, { readonly min: number; readonly max: number; readonly isWhole: boolean }>> =
  {
    temperature: { min: 0, max: 2, isWhole: false },
    topP: { min: 0, max: 1, isWhole: false },
    maxTokens: { min: 1, max: 1_000_000, isWhole: true },
    seed: { min: -2_147_483_648, max: 2_147_483_647, isWhole: true },
  };
const efforts = ["none", "minimal", "low", "medium", "high"] as const;
const unset: ConversationOptions = { instructions: null, parameters: noParameters };

/** What holds for this conversation alone. A change counts when its field is left; a reset can be taken back. */
export class SettingsPanel {
  readonly element: HTMLElement;
  readonly #options: SettingsPanelOptions;
  readonly #instructions: HTMLTextAreaElement;
  readonly #numbers: readonly (readonly [NumberName, NumberField])[];
  readonly #effort: HTMLSelectElement;
  readonly #reset: HTMLElement & { textContent: string };
  #current: ConversationOptions = unset;
  /** What a reset has taken away, until something is changed. */
  #before: ConversationOptions | undefined;

  constructor(options: SettingsPanelOptions) {
    this.#options = options;
    const { words, onClose } = options;
    this.#instructions = element("textarea", { attributes: { id: "instructions", rows: "3" } });
    this.#instructions.addEventListener("change", () => {
      const text = this.#instructions.value;
      this.#change({ ...this.#current, instructions: text.trim() === "" ? null : text });
    });
    this.#numbers = (Object.keys(ranges) as NumberName[]).map((name) => [name, this.#number(name)] as const);
    this.#effort = this.#effortField();
    this.#reset = button({ label: words.reset, kind: "secondary", onPress: () => this.#pressReset() });
    const close = iconButton({ icon: "close", label: words.close, onPress: onClose });
    const fields = element("div", {
      className: "fields",
      children: [
        ...this.#numbers.map(([, field]) => field.element),
        labelled(words.reasoningEffort, "effort", this.#effort),
      ],
    });
    this.element = element("section", {
      className: "settings",
      attributes: { role: "dialog", "aria-label": words.settings },
      children: [
        element("header", { children: [element("h2", { children: [words.settings] }), close] }),
        element("p", { className: "hint", children: [words.hint] }),
        labelled(words.instructions, "instructions", this.#instructions),
        fields,
        element("div", { className: "notice-actions", children: [this.#reset] }),
      ],
    });
    this.element.hidden = true;
    this.element.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      // Elsewhere on the page it stops the answer. What was written counts: leaving the field tells it.
      event.stopPropagation();
      onClose();
    });
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  open(): void {
    this.element.hidden = false;
    this.#instructions.focus();
  }

  close(): void {
    this.element.hidden = true;
  }

  /** What is being written stays. */
  show(options: ConversationOptions, defaultInstructions: string): void {
    this.#current = options;
    this.#instructions.placeholder = defaultInstructions || this.#options.words.modelsOwn;
    if (document.activeElement !== this.#instructions) this.#instructions.value = options.instructions ?? "";
    for (const [name, field] of this.#numbers) field.show(options.parameters[name]);
    this.#effort.value = options.parameters.reasoningEffort ?? "";
    this.#showReset();
  }

  #number(name: NumberName): NumberField {
    const { words } = this.#options;
    const { min, max, isWhole } = ranges[name];
    return new NumberField({
      label: words[name],
      placeholder: words.modelsOwn,
      min,
      max,
      isWhole,
      rangeWords: isWhole ? words.wholeRange : words.range,
      onChange: (value) => this.#changeParameter({ [name]: value }),
    });
  }

  #effortField(): HTMLSelectElement {
    const { words } = this.#options;
    const choices = [["", words.modelsOwn], ...efforts.map((effort) => [effort, words.efforts[effort]])] as const;
    const select = element("select", {
      attributes: { id: "effort" },
      children: choices.map(([value = "", text = ""]) =>
        element("option", { attributes: { value }, children: [text] }),
      ),
    });
    select.addEventListener("change", () => {
      this.#changeParameter({ reasoningEffort: efforts.find((effort) => effort === select.value) ?? null });
    });
    return select;
  }

  #changeParameter(part: Partial<ChatParameters>): void {
    this.#change({ ...this.#current, parameters: { ...this.#current.parameters, ...part } });
  }

  #change(options: ConversationOptions): void {
    this.#before = undefined;
    this.#current = options;
    this.#options.onChange(options);
    this.#showReset();
  }

  #pressReset(): void {
    const before = this.#before;
    const gone = this.#current;
    this.#change(before ?? unset);
    if (before === undefined && !isUnset(gone)) this.#before = gone;
    this.show(this.#current, this.#instructions.placeholder);
  }

  #showReset(): void {
    const { words } = this.#options;
    this.#reset.textContent = this.#before === undefined ? words.reset : words.undoReset;
    this.#reset.toggleAttribute("disabled", this.#before === undefined && isUnset(this.#current));
  }
}

const isUnset = ({ instructions, parameters }: ConversationOptions): boolean =>
  instructions === null && Object.values(parameters).every((value) => value === null);

function labelled(label: string, id: string, field: HTMLElement): HTMLElement {
  const name = element("label", { attributes: { for: id }, children: [label] });
  return element("div", { className: "field", children: [name, field] });
}
