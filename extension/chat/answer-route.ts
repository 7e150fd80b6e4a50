import { requestsGet } from "../../contract/rpc/routes.ts";
import type { RouteWords } from "../../contract/webview/chat-turns.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Translate } from "../platform/translate.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { AnswerRoute } from "./conversation.ts";
import { type RouteNames, routeWords } from "./route-words.ts";

/** Why an answer came from where it came from; null when the node does not remember it. @throws MeshError */
export async function answerRoute(
  routes: readonly AnswerRoute[],
  client: NodeClient,
  { store, t }: { readonly store: MeshStore; readonly t: Translate },
): Promise<RouteWords | null> {
  const records = await Promise.all(
    routes.map(async ({ requestId }) =>
      requestId === null ? null : (await client.request(requestsGet, { id: requestId })).record,
    ),
  );
  return routeWords(records, routeNames(store), t);
}

/** As people call things while they are there; by their ids when they have gone. */
function routeNames({ topology }: MeshStore): RouteNames {
  const backendOf = (id: string) => topology.ofKind("backend").find(({ backendId }) => backendId === id);
  return {
    node: (id) => topology.get(id)?.label ?? id.slice(0, "node-".length + 8),
    backend: (id) => backendOf(id)?.label ?? id,
    model: (backend, model) =>
      topology.ofKind("model").find((each) => each.backendId === backend && each.modelId === model)?.label ?? model,
  };
}
