import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { meshPathHeader } from "../../contract/mesh/advertised-model.ts";
import type { NodeId } from "../../contract/mesh/ids.ts";
import type { Router } from "../router/router.ts";
import { checkScope } from "./access.ts";
import { type ListedEntry, modelList } from "./model-list.ts";
import type { Principal } from "./principal.ts";

interface Known {
  readonly router: Pick<Router, "listModels" | "backends">;
  readonly nodeId: NodeId;
}
interface Asking {
  readonly request: IncomingMessage;
  readonly principal: Principal;
  readonly abort: AbortController;
}

/** As many as a person reads. */
const maxNames = 100;

/**
 * The answer to `GET /v1/models`. Another node is told what is known: nodes that have each other as backends would wait for
 * each other.
 *
 * @throws MeshError `key_scope`
 */
export async function listModels({ router, nodeId }: Known, { request, principal, abort }: Asking) {
  checkScope(principal, "models");
  const looks = request.headers[meshPathHeader] === undefined;
  const ids = await router.listModels(abort.signal, { looks });
  return modelList({ ids, backends: router.backends, nodeId, permit: principal.permit, tellsPlaces: looks });
}

/**
 * The answer to `GET /v1/models/{name}`: its entry alone. A name may hold slashes, encoded or not.
 *
 * @throws MeshError `key_scope`, `unknown_model`, `invalid_field`
 */
export async function showModel(encodedName: string, known: Known, asking: Asking): Promise<ListedEntry> {
  const name = decodeName(encodedName);
  const { data } = await listModels(known, asking);
  const entry = data.find(({ id }) => id === name);
  if (entry !== undefined) return entry;
  const available = data.slice(0, maxNames).map(({ id }) => id);
  throw new MeshError("unknown_model", { model: name.slice(0, 200), available });
}

function decodeName(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw new MeshError("invalid_field", { field: "model", problem: "it is not encoded as a part of an address" });
  }
}
