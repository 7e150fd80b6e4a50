import type { NodeId } from "../../../contract/mesh/ids.ts";
import type { ProxySettings } from "../../platform/proxy-settings.ts";
import type { AdmissionQueue } from "../../resources/admission-queue.ts";
import type { KeyReader } from "../../secrets/backend-keys.ts";
import type { HttpForwarder } from "../http/http-forwarder.ts";

/** What servers are made of. */
export interface ServerDependencies {
  readonly forwarder: Pick<HttpForwarder, "forward" | "request" | "connect">;
  /** Where requests wait for a server with a limit of its own. */
  readonly queue: AdmissionQueue;
  readonly keys: KeyReader;
  /** Of the node's environment. */
  readonly proxies: ProxySettings;
  /** This node, which must not be found behind one of its own backends. */
  readonly nodeId: NodeId;
}
