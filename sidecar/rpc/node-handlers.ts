import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { RequestHandlers } from "./session.ts";

type NodeHandlers = Pick<RequestHandlers, "nodeStatus" | "nodeKeepServing" | "nodeStop">;

/** Calls about the node itself. */
export function createNodeHandlers({
  engines,
  hardware,
  status,
  keepServing,
  stop,
}: HandlerDependencies): NodeHandlers {
  return {
    nodeStatus: async () => {
      const [figures] = await Promise.all([hardware.look(), engines.refresh()]);
      return { ...status(), hardware: figures };
    },
    nodeKeepServing: () => {
      keepServing();
      return { keepsServing: true };
    },
    nodeStop: ({ force }) => {
      const otherClients = status().clients - 1;
      if (otherClients > 0 && !force) throw new MeshError("node_in_use", { otherClients });
      // The answer goes first: ending closes this connection too.
      setImmediate(() => stop({ force }));
      return { stopping: true };
    },
  };
}
