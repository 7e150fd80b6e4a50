import type { IncomingMessage } from "node:http";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { Caller } from "../router/mesh-request.ts";

/** Where a program says that nobody waits for its answers. */
const header = "x-mesh-priority";

/** Who asks over HTTP: all that know the gateway's one key are one client. @throws MeshError `invalid_field` */
export function readCaller(request: IncomingMessage): Caller {
  const priority = request.headers[header] ?? "interactive";
  if (priority !== "interactive" && priority !== "background") {
    throw new MeshError("invalid_field", { field: header, problem: "expected interactive or background" });
  }
  return { client: "gateway", priority };
}
