import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import type { ProxySettings } from "../../platform/proxy-settings.ts";
import type { BackendEntry } from "../../registry/backend-entry.ts";
import type { ServerAddress } from "../../registry/server-address.ts";
import type { KeyReader } from "../../secrets/backend-keys.ts";
import type { HttpForwarder } from "../http/http-forwarder.ts";
import type { ServerDialect } from "./server-dialect.ts";

export interface ServerCallsOptions {
  readonly entry: BackendEntry;
  readonly address: ServerAddress;
  readonly privacy: PrivacyLabel;
  readonly dialect: ServerDialect;
  readonly forwarder: Pick<HttpForwarder, "forward" | "request" | "connect">;
  readonly keys: KeyReader;
  readonly proxies: ProxySettings;
}
