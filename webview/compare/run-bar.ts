import type { CompareColumn, CompareRun } from "../../contract/webview/compare-columns.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { dottedParts } from "../ui/dotted-parts.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { textButton } from "../ui/text-button.ts";

export interface RunBarOptions {
  readonly words: CompareWords;
  readonly scrollsTogether: boolean;
  readonly showsDifferences: boolean;
  readonly onShowRun: (index: number) => void;
  readonly onScrollTogether: (isOn: boolean) => void;
  readonly onDifferences: (isOn: boolean) => void;
  /** Another answer is the one that the others are compared with. */
  readonly onBase: (columnId: string) => void;
}

/** Which run is shown, what it has asked, and how its answers are looked at. */
export class RunBar {
  readonly element: HTMLElement;
  readonly #options: RunBarOptions;
  readonly #place = element("span", { className: "muted run-place" });
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #prompt = element("p", { className: "run-prompt" });
  readonly #settings = element("p", { className: "muted run-settings" });
  readonly #differences: HTMLButtonElement;
  readonly #base: HTMLSelectElement;
  readonly #baseField: HTMLElement;
  readonly #later = element("span", { className: "muted" });
  #run: CompareRun | null = null;

  constructor(options: RunBarOptions) {
    this.#options = options;
    const { words, onShowRun, onScrollTogether, onDifferences, onBase } = options;
    const step = (by: number) => (): void => onShowRun((this.#run?.index ?? 0) + by);
    this.#previous = textButton({ label: "‹", name: words.previousRun, onPress: step(-1) });
    this.#next = textButton({ label: "›", name: words.nextRun, onPress: step(1) });
    this.#previous.title = words.previousRun;
    this.#next.title = words.nextRun;
    const scroll = toggle(words.scrollTogether, options.scrollsTogether, onScrollTogether);
    scroll.classList.add("scroll-together");
    this.#differences = toggle(words.differences, options.showsDifferences, onDifferences);
    this.#base = element("select", { attributes: { "aria-label": words.base } });
    this.#base.addEventListener("change", () => onBase(this.#base.value));
    this.#baseField = element("label", { className: "field", children: [words.base, " ", this.#base] });
    const runs = element("div", { className: "run-steps", children: [this.#previous, this.#place, this.#next] });
    const looks = element("div", {
      className: "looks",
      children: [scroll, this.#differences, this.#baseField, this.#later],
    });
    this.element = element("div", {
      className: "run-bar",
      children: [element("div", { className: "run-words", children: [this.#prompt, this.#settings] }), runs, looks],
    });
  }

  /** `base` is the answer that the others are compared with. */
  show(run: CompareRun, columns: readonly CompareColumn[], base: string | undefined): void {
    const { words } = this.#options;
    this.#run = run;
    this.#place.textContent = fillIn(words.runOf, run.index + 1, run.count);
    setEnabled(this.#previous, run.index > 0);
    setEnabled(this.#next, run.index < run.count - 1);
    for (const each of [this.#previous, this.#place, this.#next]) each.hidden = run.count < 2;
    this.#prompt.textContent = run.prompt;
    this.#prompt.title = run.prompt;
    this.#settings.replaceChildren(...dottedParts(run.settings));
    const isOn = this.#differences.getAttribute("aria-pressed") === "true";
    this.#baseField.hidden = !isOn || run.isRunning;
    this.#later.textContent = isOn && run.isRunning ? words.differencesLater : "";
    this.#showBases(columns, base);
  }

  /** Made anew only when they are others: an open list would close. */
  #showBases(columns: readonly CompareColumn[], base: string | undefined): void {
    const shown = JSON.stringify(columns.map(({ id, title }) => [id, title]));
    if (shown !== this.#base.dataset.shown) {
      this.#base.dataset.shown = shown;
      const options = columns.map(({ id, title }) => {
        const option = element("option", { children: [title] });
        option.value = id;
        return option;
      });
      this.#base.replaceChildren(...options);
    }
    if (base !== undefined) this.#base.value = base;
  }
}

/** Stays in the tab order, so that the focus is not lost at the first or the last run. */
function setEnabled(button: HTMLButtonElement, isEnabled: boolean): void {
  button.setAttribute("aria-disabled", String(!isEnabled));
}

function toggle(label: string, isOn: boolean, onToggle: (isOn: boolean) => void): HTMLButtonElement {
  const button = textButton({
    label,
    onPress: () => {
      const isNowOn = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(isNowOn));
      onToggle(isNowOn);
    },
  });
  button.setAttribute("aria-pressed", String(isOn));
  return button;
}
