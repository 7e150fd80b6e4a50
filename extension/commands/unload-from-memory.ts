import type { ModelSummary } from "../../contract/mesh/model.ts";
import { modelsUnload } from "../../contract/rpc/models.ts";
import { plainText } from "../platform/plain-text.ts";
import type { CommandServices } from "./command.ts";
import { confirmForce } from "./confirm-force.ts";

/** Frees a model's memory; asks first when that would break off an answer. @throws MeshError */
export async function unloadFromMemory(
  { supervisor, t }: CommandServices,
  model: Pick<ModelSummary, "id" | "displayName">,
): Promise<void> {
  const connection = await supervisor.start();
  await confirmForce(
    (force) => connection.request(modelsUnload, { model: model.id, force }),
    "model_in_use",
    () => ({
      question: t("{0} is answering. Unloading it ends the answer with an error.", { 0: plainText(model.displayName) }),
      action: t("Unload Anyway"),
    }),
  );
}
