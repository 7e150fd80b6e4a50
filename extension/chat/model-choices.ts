import type { AskableModel } from "../mesh/askable-models.ts";
import { choiceToAsk, modelToAsk, type Preferences } from "../mesh/choice-to-ask.ts";
import type { ChatSession } from "./chat-session.ts";
import type { ModelChoice } from "./model-choice.ts";
import { choiceName } from "./model-entry-words.ts";
import { type PickModelOptions, pickModelToAsk } from "./pick-model-to-ask.ts";

export interface ModelChoicesOptions extends Omit<PickModelOptions, "title" | "chosen"> {
  readonly fromSettings: () => string;
}

/** What questions of this window go to, and the person's way to choose it. */
export class ModelChoices {
  readonly #options: ModelChoicesOptions;

  constructor(options: ModelChoicesOptions) {
    this.#options = options;
  }

  /** What a kept choice means now, or else what a new chat would ask; null when there is nothing. */
  readonly modelToAsk = (chosen: ModelChoice | null): AskableModel | null =>
    modelToAsk(this.#options.store, this.#preferences(chosen));

  /** The same, as the node is asked. */
  readonly choiceToAsk = (chosen: ModelChoice | null): ModelChoice | null =>
    choiceToAsk(this.#options.store, this.#preferences(chosen));

  readonly nameOf = (choice: ModelChoice): string => choiceName(this.#options.store, choice, this.#options.t);

  /** Shows the list of models; undefined when the person turns away. */
  readonly pick = (title: string, chosen: () => AskableModel | null): Promise<AskableModel | undefined> =>
    pickModelToAsk({ ...this.#options, title, chosen });

  /** Lets the person choose for a conversation. True when they have. */
  async chooseFor(session: Pick<ChatSession, "chosen" | "choose">): Promise<boolean> {
    const model = await this.pick(this.#options.t("Model for This Chat"), () => this.modelToAsk(session.chosen));
    if (model !== undefined) session.choose(model.kept);
    return model !== undefined;
  }

  #preferences(chosen: ModelChoice | null): Preferences {
    return { chosen, fromSettings: this.#options.fromSettings() };
  }
}
