import type { StepOutcome, StepPlace } from "./run-steps.ts";

/** What is wrong with a text, or remarkable about it. An error keeps it from being accepted. */
export interface Remark {
  readonly text: string;
  readonly isError: boolean;
}

export interface TextQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  readonly value: string;
  /** Shown as dots, and kept out of the editor's history. */
  readonly isSecret?: boolean;
  /** Asked at every keystroke. */
  readonly judge: (text: string) => Remark | undefined;
}

export interface Choice<T> {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  /** A product icon's name. */
  readonly icon?: string;
  readonly value: T;
}

export interface PickQuestion<T> {
  readonly title: string;
  readonly placeholder: string;
  readonly choices: readonly Choice<T>[];
  /** Which choice is under the cursor at first. */
  readonly active?: T | undefined;
}

export type Answer<T> =
  | { readonly outcome: "next"; readonly value: T }
  | { readonly outcome: Exclude<StepOutcome, "next"> };

/** The editor's boxes at its top, as steps use them; tests play the person. */
export interface Prompts {
  text(question: TextQuestion, place?: StepPlace): Promise<Answer<string>>;
  pick<T>(question: PickQuestion<T>, place?: StepPlace): Promise<Answer<T>>;
}
