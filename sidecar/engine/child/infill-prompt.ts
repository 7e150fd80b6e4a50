import type { Token } from "node-llama-cpp";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { LoadedModel } from "./loaded-model.ts";

/** What stands before a gap, and what behind it. */
export interface Gap {
  readonly prefix: string;
  readonly suffix: string;
}

/**
 * The tokens that make a model say what stands in a gap. The marks come by their numbers alone: in the texts, which are
 * anybody's files, their names are text.
 *
 * Models with a mark for the gap itself read prefix and suffix in this order. Those without one (Codestral) go on with
 * the prefix, and so read it last.
 *
 * @throws MeshError `not_supported_by_model`
 */
export function infillPrompt({ id, model }: Pick<LoadedModel, "id" | "model">, { prefix, suffix }: Gap): Token[] {
  const { bos, shouldPrependBosToken, infill } = model.tokens;
  if (infill.prefix === null || infill.suffix === null) {
    throw new MeshError("not_supported_by_model", { model: id, ability: "fill in the middle" });
  }
  const before = [infill.prefix, ...model.tokenize(prefix, false)];
  // A vocabulary that puts a space before every text would put one into the file here.
  const behind = [infill.suffix, ...model.tokenize(suffix, false, "trimLeadingSpace")];
  const texts = infill.middle === null ? [...behind, ...before] : [...before, ...behind, infill.middle];
  return shouldPrependBosToken && bos !== null ? [bos, ...texts] : texts;
}
