import {
  type CompareParameters,
  type CompareQuestion,
  compareParametersSchema,
  fewestContenders,
} from "../../contract/webview/compare-setup.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { element } from "../ui/element.ts";
import { textButton } from "../ui/text-button.ts";
import type { CompareUpdate } from "./compare-update.ts";

export interface SetupFormOptions {
  readonly words: CompareWords;
  readonly question: CompareQuestion;
  readonly onRun: (question: CompareQuestion) => void;
  readonly onStop: () => void;
  readonly onPickModels: () => void;
  readonly onChange: (question: CompareQuestion) => void;
}

export interface SetupState {
  readonly contenders: NonNullable<CompareUpdate["contenders"]>;
  readonly isRunning: boolean;
  readonly hasRun: boolean;
  /** Nothing keeps the node from answering. */
  readonly canAsk: boolean;
}

type NumberName = keyof CompareParameters;
const numberNames = ["temperature", "maxTokens", "seed"] as const satisfies readonly NumberName[];
const steps: Readonly<Record<NumberName, string>> = { temperature: "0.1", maxTokens: "1", seed: "1" };

/** Whom to ask, what, and how; and the one button that runs or stops. */
export class SetupForm {
  readonly element: HTMLElement;
  readonly #options: SetupFormOptions;
  readonly #chips = element("ul", { className: "chips" });
  readonly #prompt: HTMLTextAreaElement;
  readonly #instructions: HTMLTextAreaElement;
  readonly #numbers: Readonly<Record<NumberName, HTMLInputElement>>;
  readonly #inTurn: HTMLInputElement;
  readonly #blind: HTMLInputElement;
  readonly #run: HTMLButtonElement;
  #state: SetupState = { contenders: [], isRunning: false, hasRun: false, canAsk: false };

  constructor(options: SetupFormOptions) {
    this.#options = options;
    const { words, question, onPickModels } = options;
    this.#prompt = element("textarea", {
      className: "prompt",
      attributes: { rows: "2", "aria-label": words.prompt, placeholder: words.promptPlaceholder },
    });
    this.#prompt.value = question.prompt;
    this.#instructions = element("textarea", { attributes: { rows: "2" } });
    this.#instructions.value = question.instructions;
    this.#numbers = {
      temperature: this.#numberInput("temperature"),
      maxTokens: this.#numberInput("maxTokens"),
      seed: this.#numberInput("seed"),
    };
    this.#inTurn = checkbox(question.isInTurn);
    this.#blind = checkbox(question.isBlind);
    this.#run = textButton({ label: words.run, isPrimary: true, onPress: () => this.#press() });
    this.#run.classList.add("run");
    const models = element("div", {
      className: "models",
      attributes: { role: "group", "aria-label": words.models },
      children: [this.#chips, textButton({ label: words.chooseModels, onPress: onPickModels })],
    });
    const bar = element("div", {
      className: "run-row",
      children: [
        labelled(words.inTurn, this.#inTurn, words.inTurnHint),
        labelled(words.blind, this.#blind, words.blindHint),
        this.#run,
      ],
    });
    this.element = element("div", { className: "setup", children: [models, this.#prompt, this.#settings(), bar] });
    this.element.addEventListener("input", () => this.#changed());
    this.#prompt.addEventListener("keydown", (event) => this.#key(event));
  }

  /** What would be asked now. Numbers that are not valid count as left to the model. */
  get question(): CompareQuestion {
    const parameters = Object.fromEntries(
      numberNames.map((name) => [name, this.#isValid(name) ? this.#number(name) : null]),
    ) as CompareParameters;
    return {
      prompt: this.#prompt.value,
      instructions: this.#instructions.value,
      parameters,
      isInTurn: this.#inTurn.checked,
      isBlind: this.#blind.checked,
    };
  }

  focus(): void {
    this.#prompt.focus();
  }

  show(state: SetupState): void {
    const { words } = this.#options;
    const isSame = this.#state.contenders === state.contenders;
    this.#state = state;
    const chips = state.contenders.map(({ label, detail }) =>
      element("li", {
        children: [label, ...(detail === "" ? [] : [" ", element("span", { className: "muted", children: [detail] })])],
      }),
    );
    if (!isSame) this.#chips.replaceChildren(...chips);
    this.#run.textContent = state.isRunning ? words.stopAll : state.hasRun ? words.runAgain : words.run;
    this.#showWhetherItRuns();
  }

  #changed(): void {
    for (const name of numberNames) {
      this.#numbers[name].setAttribute("aria-invalid", String(!this.#isValid(name)));
    }
    this.#showWhetherItRuns();
    this.#options.onChange(this.question);
  }

  /** Stays in the tab order, so that the focus is not lost, and leads to what is missing. */
  #showWhetherItRuns(): void {
    const isReady = this.#missing() === undefined && this.#state.canAsk;
    this.#run.setAttribute("aria-disabled", String(!this.#state.isRunning && !isReady));
  }

  /** The first thing that a run needs and that is not there. */
  #missing(): HTMLElement | "models" | undefined {
    if (this.#state.contenders.length < fewestContenders) return "models";
    if (this.#prompt.value.trim() === "") return this.#prompt;
    const wrong = numberNames.find((name) => !this.#isValid(name));
    return wrong === undefined ? undefined : this.#numbers[wrong];
  }

  #press(): void {
    const { onStop, onRun, onPickModels } = this.#options;
    if (this.#state.isRunning) {
      onStop();
      return;
    }
    if (!this.#state.canAsk) return;
    const missing = this.#missing();
    if (missing === "models") onPickModels();
    else if (missing === undefined) onRun(this.question);
    else {
      const folded = missing.closest("details");
      if (folded !== null) folded.open = true;
      missing.focus();
    }
  }

  #key(event: KeyboardEvent): void {
    // While an input method composes a character, Enter chooses it.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.#state.isRunning) this.#press();
  }

  #settings(): HTMLElement {
    const { words } = this.#options;
    const titles = { temperature: words.temperature, maxTokens: words.maxTokens, seed: words.seed };
    const numbers = numberNames.map((name) => labelled(titles[name], this.#numbers[name]));
    return element("details", {
      className: "settings",
      children: [
        element("summary", { children: [words.options] }),
        labelled(words.instructions, this.#instructions),
        element("div", { className: "numbers", children: numbers }),
      ],
    });
  }

  #numberInput(name: NumberName): HTMLInputElement {
    const { words, question } = this.#options;
    const attributes = { type: "number", step: steps[name], placeholder: words.ofTheModel };
    const input = element("input", { attributes });
    input.value = String(question.parameters[name] ?? "");
    return input;
  }

  #number(name: NumberName): number | null {
    const { valueAsNumber } = this.#numbers[name];
    return Number.isNaN(valueAsNumber) ? null : valueAsNumber;
  }

  #isValid(name: NumberName): boolean {
    // What is no number at all has no value either, and looks empty from here.
    const isReadable = !this.#numbers[name].validity.badInput;
    return isReadable && compareParametersSchema.shape[name].safeParse(this.#number(name)).success;
  }
}

function checkbox(isChecked: boolean): HTMLInputElement {
  const input = element("input", { attributes: { type: "checkbox" } });
  input.checked = isChecked;
  return input;
}

let hints = 0;

/** A control with its name and, as a tooltip and for screen readers, what it is good for. */
function labelled(name: string, control: HTMLElement, hint?: string): HTMLElement {
  const label = element("label", { className: "field", children: [element("span", { children: [name] }), control] });
  if (hint === undefined) return label;
  label.title = hint;
  const id = `hint-${++hints}`;
  control.setAttribute("aria-describedby", id);
  const told = element("span", { className: "spoken-only", children: [hint], attributes: { id } });
  return element("div", { className: "field-host", children: [label, told] });
}
