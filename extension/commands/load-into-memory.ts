import { randomUUID } from "node:crypto";
import type { ModelSummary } from "../../contract/mesh/model.ts";
import { modelsLoad, modelsLoadProgress } from "../../contract/rpc/models.ts";
import { plainText } from "../platform/plain-text.ts";
import { withProgress } from "../platform/progress.ts";
import type { CommandServices } from "./command.ts";

/** Loads a model by id, or a file by absolute path, with a cancellable notification. @throws MeshError */
export async function loadIntoMemory(
  { supervisor, store, t }: CommandServices,
  model: string,
  name: string,
): Promise<ModelSummary> {
  const connection = await supervisor.start();
  return await withProgress(t("Loading {0}", { 0: plainText(name) }), async (signal, report) => {
    const progressToken = randomUUID();
    const progress = connection.on(modelsLoadProgress, (update) => {
      if (update.progressToken !== progressToken) return;
      report(update.progress);
      store.setLoadProgress(model, update.progress);
    });
    try {
      return (await connection.request(modelsLoad, { model, progressToken }, signal)).model;
    } finally {
      progress.dispose();
      store.setLoadProgress(model, undefined);
    }
  });
}
