import { MeshError } from "../../contract/errors/mesh-error.ts";
import { type AskableModel, askableModels } from "../mesh/askable-models.ts";
import type { CommandServices } from "./command.ts";

/**
 * The model of a row or a thing that a command was called with.
 *
 * @throws MeshError `unknown_model` when it has gone
 */
export function askableOfRow({ store }: CommandServices, argument: unknown): AskableModel {
  const row = typeof argument === "object" && argument !== null ? argument : {};
  const name = "modelId" in row ? row.modelId : undefined;
  const backend = "backendId" in row ? row.backendId : undefined;
  const models = askableModels(store).filter(({ kind }) => kind !== "virtual");
  const named = models.filter(({ model }) => model === name);
  const pinned = named.find(({ kind, places }) => kind === "pinned" && places[0]?.backendId === backend);
  const found = pinned ?? named.find(({ kind }) => kind === "routed");
  if (found !== undefined) return found;
  throw new MeshError("unknown_model", { model: String(name ?? ""), available: models.map(({ model }) => model) });
}
