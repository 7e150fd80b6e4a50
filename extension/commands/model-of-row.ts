import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import type { CommandServices } from "./command.ts";

/** The model of a tree row that a command was called with. @throws MeshError `unknown_model` when it has gone */
export function modelOfRow({ store }: CommandServices, argument: unknown): ModelSummary {
  const id = typeof argument === "object" && argument !== null && "modelId" in argument ? argument.modelId : undefined;
  const model = typeof id === "string" ? store.model(id) : undefined;
  if (model !== undefined) return model;
  const available = (store.models ?? []).map((each) => each.id);
  throw new MeshError("unknown_model", { model: String(id ?? ""), available });
}
