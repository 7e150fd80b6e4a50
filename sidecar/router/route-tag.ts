import type { RouteTag } from "../../contract/mesh/routing.ts";

/** The name of the header that every answer carries. */
export const routeHeader = "x-mesh-route";

/**
 * The value of `x-mesh-route`: a dictionary of structured fields (RFC 9651). Names from elsewhere are percent-encoded,
 * since a header holds ASCII only and nothing that ends a line.
 */
export function printRouteTag({ requestId, node, backend, model, artifact, attempts }: RouteTag): string {
  const answered = backend === null ? "" : `, backend="${encode(backend)}"`;
  const named = model === null ? "" : `, model="${encode(model)}"`;
  const known = artifact === null ? "" : `, artifact="${encode(artifact)}"`;
  const request = requestId === null ? "" : `id="${requestId}", `;
  return `${request}node="${node}"${answered}${named}${known}, attempts=${attempts}`;
}

/** Most names are plain, and looking is cheaper than encoding. Half a character, which the cut may leave, cannot be encoded. */
const encode = (text: string): string =>
  /^[\w.:+/-]{1,256}$/.test(text) ? text : encodeURIComponent(text.slice(0, 256).toWellFormed());
