import { protocolVersion } from "../../contract/protocol-version.ts";
import type { ClientIdentity } from "../client/control-connection.ts";
import type { CommandContext } from "./command.ts";

/** How a command introduces itself to the node. */
export function clientIdentity({ installation }: CommandContext): ClientIdentity {
  return { name: "inference-mesh CLI", version: installation.version, protocol: protocolVersion };
}
