import { type NodeId, nodeIdSchema } from "../../../contract/mesh/ids.ts";
import type { BackendEntry } from "../../registry/backend-entry.ts";
import { meshDialect } from "./mesh-dialect.ts";
import { eachOnce, type ListedModel, readEntries } from "./model-list.ts";
import type { ServerDialect } from "./server-dialect.ts";
import { addressOf, privacyOf } from "./server-settings.ts";

/**
 * How a list is read and what is sent along, until a server says that it is a node. Whatever kind it was added as,
 * requests must not go round through it, and a prompt goes as far from there as it says.
 */
export function nodeAware(
  entry: BackendEntry,
  nodeId: NodeId,
  readModel: (entry: unknown) => ListedModel | undefined,
): Pick<ServerDialect, "readList" | "headers"> {
  const privacy = privacyOf(entry, addressOf(entry));
  const mesh = meshDialect({ nodeId, privacy });
  let isNode = false;
  return {
    readList: (body, backend) => {
      const { list, data } = readEntries(body, backend);
      isNode = nodeIdSchema.safeParse((list as { node?: unknown }).node).success;
      if (isNode) return mesh.readList(body, backend);
      return { nodeId: null, models: eachOnce(data.map(readModel).filter((model) => model !== undefined)) };
    },
    // Where a request has been is nothing to tell a stranger.
    headers: (request) => (isNode && privacy !== "cloud" ? mesh.headers(request) : []),
  };
}
