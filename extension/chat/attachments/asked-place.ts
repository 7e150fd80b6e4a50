import type { ModelState } from "../../../contract/mesh/model.ts";
import type { ModelCapability } from "../../../contract/mesh/model-capability.ts";
import { holdsSeveralModels } from "../../mesh/askable-models.ts";
import type { ModelChoice } from "../model-choice.ts";

/** Whom the next question goes to, as far as its length is concerned. */
export interface AskedPlace {
  /** What requests call the model. */
  readonly model: string;
  /** What people call it. */
  readonly label: string;
  readonly wishes: Omit<ModelChoice, "model">;
  /** Of one conversation, prompt and answer. Null when nobody says. */
  readonly contextTokens: number | null;
  readonly seesImages: boolean;
  /** A name for several models, of which the node chooses one: nobody knows whose tokens to count. */
  readonly isAnyModel: boolean;
  /** Its tokenizer is in this machine's memory: counting costs no load, and no word leaves the machine. */
  readonly countsHere: boolean;
}

/** What is chosen, with the places that may answer. */
export interface ChosenPlaces {
  readonly choice: ModelChoice;
  readonly label: string;
  readonly places: readonly {
    readonly modelId: string;
    readonly isOwn: boolean;
    readonly state: ModelState | null;
    readonly contextTokens: number | null;
    readonly capabilities: readonly ModelCapability[] | null;
  }[];
}

/**
 * Any place may answer, so the smallest context counts, and pictures are for places that all see them. Where a name stands
 * for several models, the node leaves out what is too small or blind: there the best of them counts.
 */
export function askedPlace({ choice: { model, ...wishes }, label, places }: ChosenPlaces): AskedPlace {
  const isAnyModel = model === "auto" || holdsSeveralModels(places);
  const contexts = places.flatMap(({ contextTokens }) => contextTokens ?? []);
  const sees = ({ capabilities }: ChosenPlaces["places"][number]): boolean => capabilities?.includes("vision") ?? false;
  return {
    model,
    label,
    wishes,
    isAnyModel,
    contextTokens: contexts.length === 0 ? null : isAnyModel ? Math.max(...contexts) : Math.min(...contexts),
    seesImages: isAnyModel ? places.some(sees) : places.length > 0 && places.every(sees),
    countsHere: !isAnyModel && places.length > 0 && places.every(({ isOwn, state }) => isOwn && state === "loaded"),
  };
}
