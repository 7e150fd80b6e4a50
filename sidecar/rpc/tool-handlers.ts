import { readFile } from "node:fs/promises";
import { outsideTool } from "../../contract/use-with/index.ts";
import { tryTool } from "../use-with/try-tool.ts";
import type { HandlerDependencies } from "./handlers.ts";
import type { RequestHandlers } from "./session.ts";

/** Calls about the programs outside that use this node. */
export function createToolHandlers({ status }: Pick<HandlerDependencies, "status">): Pick<RequestHandlers, "toolsTry"> {
  return {
    toolsTry: async ({ tool, model, key }, { signal }) => {
      const { gateway } = status();
      return await tryTool({
        tool: outsideTool(tool),
        model,
        gateway: gateway.url,
        // Memory holds the digest of the node's own key alone.
        key: key ?? (await readFile(gateway.keyFile, "utf8")).trim(),
        signal,
      });
    },
  };
}
