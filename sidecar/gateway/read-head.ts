import type { IncomingMessage } from "node:http";
import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { maxHops, meshPathHeader } from "../../contract/mesh/advertised-model.ts";
import { nodeIdSchema } from "../../contract/mesh/ids.ts";
import { privacyLabelSchema } from "../../contract/mesh/privacy-label.ts";
import { strategyIdSchema } from "../../contract/mesh/routing.ts";
import type { Caller, RouteWishes } from "../router/mesh-request.ts";
import type { Principal } from "./principal.ts";

/** How often a header was sent, for those that must be there once. `name` is in lower case. */
export function countHeader(request: IncomingMessage, name: string): number {
  const { rawHeaders } = request;
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const sent = rawHeaders[index] as string;
    if (sent.length === name.length && sent.toLowerCase() === name) count++;
  }
  return count;
}

/** Who asks over HTTP: all that use one key are one client. @throws MeshError `invalid_field` */
export function readCaller(request: IncomingMessage, { name }: Pick<Principal, "name">): Caller {
  const priority = request.headers["x-mesh-priority"] ?? "interactive";
  if (priority !== "interactive" && priority !== "background") {
    throw new MeshError("invalid_field", {
      field: "x-mesh-priority",
      problem: "expected interactive or background",
    });
  }
  return { client: name, priority };
}

/** How far the request may go, and how its place is chosen, where it says so. @throws MeshError `invalid_field` */
export function readWishes({ headers }: IncomingMessage): RouteWishes | undefined {
  const strategy = headers["x-mesh-strategy"];
  const privacy = headers["x-mesh-privacy"];
  if (strategy === undefined && privacy === undefined) return undefined;
  return {
    strategy: strategy === undefined ? undefined : oneOf(strategyIdSchema, "x-mesh-strategy", strategy),
    privacy: privacy === undefined ? undefined : oneOf(privacyLabelSchema, "x-mesh-privacy", privacy),
  };
}

/** A limit that is misspelt must not be no limit. */
function oneOf<T extends string>(
  schema: z.ZodType<T> & { readonly options: readonly T[] },
  field: string,
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MeshError("invalid_field", { field, problem: `expected one of ${schema.options.join(", ")}` });
}

/**
 * The nodes that a request has come through, first to last. One that comes back would go round for ever.
 *
 * @throws MeshError `request_loop`, `invalid_field`
 */
export function readMeshPath(request: IncomingMessage, nodeId: string): readonly string[] {
  const header = request.headers[meshPathHeader];
  if (header === undefined) return [];
  const path = String(header)
    .split(",", maxHops + 2)
    .map((each) => each.trim());
  if (path.length > maxHops || path.includes(nodeId)) {
    throw new MeshError("request_loop", { hops: path.length, limit: maxHops });
  }
  if (!path.every((each) => nodeIdSchema.safeParse(each).success)) {
    throw new MeshError("invalid_field", { field: meshPathHeader, problem: "expected the ids of nodes" });
  }
  return path;
}
