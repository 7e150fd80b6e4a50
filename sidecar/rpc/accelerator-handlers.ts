import { nodeNotifications } from "../../contract/rpc/index.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { RequestHandlers } from "./session.ts";

type AcceleratorHandlers = Pick<RequestHandlers, "acceleratorsList" | "acceleratorsInstall" | "acceleratorsRemove">;

/** Calls about what this machine computes with. */
export function createAcceleratorHandlers({
  accelerators,
}: Pick<HandlerDependencies, "accelerators">): AcceleratorHandlers {
  const list = async () => ({ accelerators: await accelerators.list() });
  return {
    acceleratorsList: list,
    acceleratorsInstall: async ({ kind, files, progressToken }, { client, signal }) => {
      const onProgress = (progress: { receivedBytes: number; totalBytes: number }): void => {
        if (progressToken !== undefined)
          client.notify(nodeNotifications.acceleratorsProgress, { progressToken, ...progress });
      };
      await accelerators.install(kind, { files, onProgress, signal });
      return await list();
    },
    acceleratorsRemove: async ({ kind }) => {
      await accelerators.remove(kind);
      return await list();
    },
  };
}
