import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { glyphButton } from "../ui/glyph-button.ts";
import { controlGlyphs } from "../ui/glyphs.ts";
import { outlineIcon } from "../ui/outline-icon.ts";
import { plainName } from "../ui/plain-name.ts";
import { type ExpressionFault, parseExpression } from "./filter-expression.ts";

export interface FilterBarOptions {
  readonly words: MeshWords;
  /** What is looked for has changed; what is no expression is looked for by nobody. */
  readonly onFind: (text: string) => void;
  /** Enter: the next one that matches, or with Shift the one before. */
  readonly onNext: (step: 1 | -1) => void;
  readonly onHidden: (expressions: readonly string[]) => void;
  /** Esc in the field. */
  readonly onLeave: () => void;
}

export interface FilterBarState {
  readonly find: string;
  readonly hidden: readonly string[];
  /** Null while nothing is looked for. */
  readonly found: { readonly matches: number; readonly all: number } | null;
  readonly hiddenCount: number;
}

/** Looking for things, and hiding those that match an expression. */
export class FilterBar {
  readonly element: HTMLElement;
  readonly chips = element("div", { className: "chips" });
  readonly #options: FilterBarOptions;
  readonly #field: HTMLInputElement;
  readonly #outcome = element("output", { className: "found" });
  readonly #fault = element("p", { className: "fault", attributes: { id: "filter-fault", role: "alert" } });
  #state: FilterBarState = { find: "", hidden: [], found: null, hiddenCount: 0 };
  #shown = "";

  constructor(options: FilterBarOptions) {
    this.#options = options;
    const { filter } = options.words;
    const attributes = {
      type: "text",
      "aria-label": filter.find,
      placeholder: filter.findPlaceholder,
      spellcheck: "false",
      autocomplete: "off",
      maxlength: "1000",
      "aria-describedby": "filter-fault",
    };
    this.#field = element("input", { attributes });
    this.#field.addEventListener("input", () => this.#typed());
    this.#field.addEventListener("keydown", (event) => this.#key(event));
    const hide = glyphButton({ glyph: controlGlyphs.hide, label: filter.hide, onPress: () => this.#hide() });
    const box = element("div", {
      className: "find-box",
      children: [outlineIcon(controlGlyphs.find), this.#field, this.#outcome, hide],
    });
    this.element = element("search", { className: "filter-bar", children: [box, this.#fault] });
  }

  focus(): void {
    this.#field.focus();
    this.#field.select();
  }

  show(state: FilterBarState): void {
    this.#state = state;
    if (this.#field.value !== state.find && document.activeElement !== this.#field) this.#field.value = state.find;
    const { filter } = this.#options.words;
    this.#outcome.textContent = state.found === null ? "" : fillIn(filter.found, state.found.matches, state.found.all);
    this.#showChips();
  }

  #typed(): void {
    const fault = this.#faultOf(this.#field.value);
    this.#fault.textContent = fault;
    this.#field.setAttribute("aria-invalid", String(fault !== ""));
    this.#options.onFind(fault === "" ? this.#field.value : "");
  }

  #key(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === "Enter") this.#options.onNext(event.shiftKey ? -1 : 1);
    else if (event.key === "Escape") {
      event.stopPropagation();
      this.#field.value = "";
      this.#typed();
      this.#options.onLeave();
    } else return;
    event.preventDefault();
  }

  #hide(): void {
    const text = this.#field.value.trim();
    if (text === "" || this.#faultOf(text) !== "") {
      this.#field.focus();
      return;
    }
    this.#field.value = "";
    this.#typed();
    this.#toggle(text, true);
  }

  #toggle(expression: string, isHidden: boolean): void {
    const others = this.#state.hidden.filter((one) => one !== expression);
    this.#options.onHidden(isHidden ? [...others, expression] : others);
  }

  #showChips(): void {
    const { hidden, hiddenCount } = this.#state;
    const shown = JSON.stringify([hidden, hiddenCount]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const { filter } = this.#options.words;
    const presets = [
      [filter.onlyProblems, "kind:backend,model health:healthy"],
      [filter.onlyLocal, "kind:backend privacy:!local"],
      [filter.noModels, "kind:model"],
    ] as const;
    const isPreset = (expression: string): boolean => presets.some(([, preset]) => preset === expression);
    const own = hidden.filter((expression) => !isPreset(expression));
    const focused =
      document.activeElement instanceof HTMLElement ? document.activeElement.dataset.expression : undefined;
    this.chips.replaceChildren(
      ...presets.map(([label, expression]) => this.#presetChip(label, expression)),
      ...own.map((expression) => this.#ownChip(expression)),
      ...(hiddenCount === 0
        ? []
        : [element("span", { className: "muted", children: [fillIn(filter.hiddenThings, hiddenCount)] })]),
    );
    this.chips.setAttribute("role", "group");
    this.chips.setAttribute("aria-label", filter.presets);
    if (focused === undefined) return;
    const again = [...this.chips.querySelectorAll("button")].find(({ dataset }) => dataset.expression === focused);
    (again ?? this.#field).focus();
  }

  #presetChip(label: string, expression: string): HTMLElement {
    const isOn = this.#state.hidden.includes(expression);
    const attributes = { type: "button", "aria-pressed": String(isOn), title: expression };
    const chip = element("button", { className: "chip", attributes, children: [label] });
    chip.dataset.expression = expression;
    chip.addEventListener("click", () => this.#toggle(expression, !isOn));
    return chip;
  }

  #ownChip(expression: string): HTMLElement {
    const text = plainName(expression, 60);
    const label = fillIn(this.#options.words.filter.showAgain, text);
    const children = [element("span", { children: [text] }), outlineIcon(controlGlyphs.close)];
    const chip = element("button", {
      className: "chip is-own",
      attributes: { type: "button", "aria-label": label, title: label },
      children,
    });
    chip.dataset.expression = expression;
    chip.addEventListener("click", () => this.#toggle(expression, false));
    return chip;
  }

  #faultOf(text: string): string {
    const parsed = parseExpression(text);
    return parsed.kind === "fault" ? faultText(parsed.fault, this.#options.words) : "";
  }
}

const faultText = ({ code, part, allowed }: ExpressionFault, { filter }: MeshWords): string =>
  fillIn(filter[code], plainName(part, 40), allowed.join(", "));
