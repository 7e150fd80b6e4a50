import type { DownloadProgress } from "../../contract/mesh/download-progress.ts";
import { nodeNotifications } from "../../contract/rpc/index.ts";
import { countTokens } from "./count-tokens.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { RequestHandlers } from "./session.ts";

type ModelHandlers = Pick<
  RequestHandlers,
  | "modelsList"
  | "modelsLoad"
  | "modelsUnload"
  | "modelsRemove"
  | "modelsEstimate"
  | "modelsDownload"
  | "modelsCountTokens"
>;

/** Calls about the models on this machine. */
export function createModelHandlers({
  engines,
  store,
  router,
}: Pick<HandlerDependencies, "engines" | "store" | "router">): ModelHandlers {
  return {
    modelsList: async () => {
      await engines.refresh();
      return { models: engines.models };
    },
    modelsLoad: async ({ model, progressToken }, { client, signal }) => {
      const onProgress = (progress: number): void => {
        if (progressToken === undefined) return;
        client.notify(nodeNotifications.modelsLoadProgress, { progressToken, model, progress });
      };
      return { model: await engines.load(model, { signal, onProgress }) };
    },
    modelsUnload: async ({ model, force }) => ({ model: await engines.unload(model, force) }),
    modelsDownload: async ({ source, sha256, progressToken }, { client, signal }) => {
      const onProgress = (progress: DownloadProgress): void => {
        if (progressToken === undefined) return;
        client.notify(nodeNotifications.modelsDownloadProgress, { progressToken, ...progress });
      };
      return { model: await store.download({ source, sha256 }, { signal, onProgress }) };
    },
    modelsRemove: async ({ model }) => ({ model: await store.remove(model) }),
    modelsCountTokens: async ({ model, input }, { signal }) => ({
      tokens: await countTokens(router, { model, input }, signal),
    }),
    modelsEstimate: async ({ model, ...wishes }) => ({ estimate: await engines.estimate(model, wishes) }),
  };
}
