import { readFile } from "node:fs/promises";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import { errorReason } from "../../platform/error-reason.ts";
import { pemProblem } from "../../platform/pem-certificates.ts";
import type { ProxySettings } from "../../platform/proxy-settings.ts";
import type { BackendEntry } from "../../registry/backend-entry.ts";
import { credentialsIn } from "../../registry/proxy-address.ts";
import { type ChosenProxy, proxyOf } from "../../registry/proxy-of.ts";
import type { ServerAddress } from "../../registry/server-address.ts";
import { type KeyReader, keyUnavailable, proxySecretOf } from "../../secrets/backend-keys.ts";
import type { HttpTarget } from "../http/http-target.ts";
import { pinnedLookup, pinnedResolver } from "./pinned-lookup.ts";

export interface ServerWayOptions {
  readonly entry: BackendEntry;
  readonly address: ServerAddress;
  readonly privacy: PrivacyLabel;
  readonly keys: KeyReader;
  /** Of the node's environment. */
  readonly proxies: ProxySettings;
}

/** The part of a target that says how to get there. */
export type Way = Pick<HttpTarget, "origin" | "resolver" | "tls" | "proxy">;

const maxCaBytes = 1024 * 1024;
/** A proxy may stand anywhere but where nothing may be sent. */
const proxyLookup = pinnedLookup("cloud");

/**
 * How one server is reached: which certificates count for it, and which proxy leads there. What the entry says counts
 * before the environment, whose proxies are never used for this machine itself or for what `NO_PROXY` names.
 */
export class ServerWay {
  readonly #options: ServerWayOptions;
  #direct: Way;
  readonly #proxy: ChosenProxy | null;
  /** Whether the certificates are in a file. */
  readonly #isFile: boolean;
  #hasCa: boolean;
  /** The server's key and the proxy's login, by their names among the keys. */
  readonly #secrets: readonly string[];

  constructor(options: ServerWayOptions) {
    this.#options = options;
    const { entry, address, privacy } = options;
    this.#proxy = proxyOf(entry, address, options.proxies);
    const { ca } = entry.tls ?? {};
    this.#isFile = ca !== undefined && !isPem(ca);
    this.#direct = {
      origin: address.origin,
      resolver: pinnedResolver(privacy),
      ...(ca === undefined ? {} : { tls: { ca } }),
    };
    this.#hasCa = !this.#isFile;
    this.#secrets = [entry.id, proxySecretOf(entry.id)];
  }

  /** Whether `way` can be asked for. */
  get isReady(): boolean {
    return this.#hasCa && this.#secrets.every((name) => this.#options.keys.isAtHand(name));
  }

  /** How a proxy is called in errors, or null. */
  get proxyName(): string | null {
    const { address } = this.#proxy ?? {};
    if (address === undefined) return null;
    return "problem" in address ? "of the environment" : address.origin;
  }

  /**
   * Reads what is in files, and waits for what lies in the keyring.
   *
   * @throws MeshError `backend_ca_unreadable`, `backend_key_unavailable`, or the signal's reason
   */
  async prepare(signal: AbortSignal): Promise<void> {
    const { id, tls } = this.#options.entry;
    for (const name of this.#secrets) await this.#options.keys.fetch(name, signal);
    if (this.#hasCa) return;
    this.#direct = { ...this.#direct, tls: { ca: await readCa(tls?.ca ?? "", id) } };
    this.#hasCa = true;
  }

  /** The file may have changed: the next request reads it anew. */
  readAgain(): void {
    this.#hasCa = !this.#isFile;
  }

  /**
   * To be called with the way prepared.
   *
   * @param hasKey whether the server's own key will be sent
   * @throws MeshError `backend_proxy` for a proxy that cannot be used, or that would read what it must not
   */
  way(hasKey: boolean): Way {
    const proxy = this.#proxy;
    if (proxy === null) return this.#direct;
    if ("problem" in proxy.address) throw this.#error(proxy.address.problem);
    const { host, port, origin } = proxy.address;
    this.#checkReaders(hasKey);
    const login = this.#options.keys.read(proxySecretOf(this.#options.entry.id), origin);
    if (login === "not-at-hand") throw keyUnavailable(this.#options.entry.id, "no-answer");
    if (login === "of-other-address") {
      throw this.#error("its name and password were given for another proxy", { wantsLogin: true });
    }
    const basic = login === "none" ? credentialsIn(proxy.text) : login.key;
    const credentials = basic === null ? {} : { authorization: `Basic ${basic}` };
    return { ...this.#direct, proxy: { host, port, lookup: proxyLookup, ...credentials } };
  }

  /** In plain HTTP, a proxy reads everything, and nothing proves whom it has asked. */
  #checkReaders(hasKey: boolean): void {
    const { address, privacy } = this.#options;
    if (address.origin.startsWith("https:")) return;
    if (hasKey)
      throw this.#error("the key would be readable there, since the address begins with http", { isReader: true });
    if (privacy === "cloud") return;
    const problem = `prompts would be readable there, further away than the label '${privacy}' allows`;
    throw this.#error(problem, { isReader: true });
  }

  #error(problem: string, about: { readonly wantsLogin?: boolean; readonly isReader?: boolean } = {}): MeshError {
    const { id: backend } = this.#options.entry;
    const proxy = this.proxyName ?? "";
    return new MeshError("backend_proxy", { backend, proxy, problem, wantsLogin: false, isReader: false, ...about });
  }
}

export const isPem = (text: string): boolean => text.includes("-----BEGIN CERTIFICATE-----");

async function readCa(path: string, backend: string): Promise<string> {
  const unreadable = (reason: string, cause?: unknown): MeshError =>
    new MeshError("backend_ca_unreadable", { backend, path, reason }, { cause });
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(errorReason(cause), cause);
  }
  const text = bytes.toString("latin1");
  const problem = bytes.length > maxCaBytes ? "it is too large" : pemProblem(text);
  if (problem !== null) throw unreadable(problem);
  return text;
}
