import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { BackendWish } from "../../contract/mesh/backend-entry.ts";
import type { ShownFacts } from "../../contract/mesh/certificate.ts";
import type { ConnectionTest } from "../../contract/mesh/connection-test.ts";
import {
  backendsAdd,
  backendsCertificate,
  backendsCheck,
  backendsRemove,
  backendsTrust,
} from "../../contract/rpc/backends.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { AfterFailure } from "./failure-question.ts";

/** A server and its key, which goes to the node over its socket and nowhere else. */
export interface NewServer {
  readonly entry: BackendWish;
  readonly key: string | undefined;
}

/** The person's part in adding a server. */
export interface TrialPerson {
  /** Runs with something to see, and to cancel with. */
  wait<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T>;
  trusts(shown: ShownFacts): Promise<boolean>;
  afterFailure(error: MeshError): Promise<AfterFailure>;
}

export type Trial =
  | { readonly outcome: "added"; readonly test: ConnectionTest | null }
  | { readonly outcome: "change" | "cancel" };

/** Adds a server after a real request to it. What fails is the person's to decide, and nothing half added stays behind. */
export async function tryServer(client: NodeClient, server: NewServer, person: TrialPerson): Promise<Trial> {
  const { entry, key } = server;
  const add = (force: boolean, signal?: AbortSignal) =>
    client.request(backendsAdd, { entry, ...(key === undefined ? {} : { key }), force }, signal);
  try {
    const { test } = await person.wait((signal) => add(false, signal));
    return { outcome: "added", test };
  } catch (error) {
    if (!(error instanceof MeshError)) throw error;
    if (error.code === "cancelled") return { outcome: "cancel" };
    if (isTrustable(error)) return await trustAndTry(client, { id: entry.id, add }, person);
    const decision = await person.afterFailure(error);
    if (decision !== "force") return { outcome: decision };
    await add(true);
    return { outcome: "added", test: null };
  }
}

const isTrustable = (error: MeshError): boolean =>
  error.code === "backend_certificate" && "canTrust" in error.params && error.params.canTrust === true;

interface Untrusted {
  readonly id: string;
  readonly add: (force: boolean) => Promise<unknown>;
}

/** A certificate is looked at where its server is in the configuration: it is taken out again unless it is trusted. */
async function trustAndTry(client: NodeClient, { id, add }: Untrusted, person: TrialPerson): Promise<Trial> {
  await add(true);
  let outcome: AfterFailure = "cancel";
  try {
    outcome = await decide();
    return outcome === "force" ? { outcome: "added", test: null } : { outcome };
  } finally {
    if (outcome !== "force") await client.request(backendsRemove, { id });
  }

  async function decide(): Promise<AfterFailure> {
    const { shown } = await person.wait((signal) => client.request(backendsCertificate, { id }, signal));
    const { fingerprint } = shown?.toTrust ?? {};
    if (shown === null || fingerprint === undefined) {
      const problem = MeshError.fromWire(shown?.problem ?? undefined);
      return problem === undefined ? "change" : await person.afterFailure(problem);
    }
    if (!(await person.trusts(shown))) return "cancel";
    await client.request(backendsTrust, { id, fingerprint });
    const { checks } = await person.wait((signal) => client.request(backendsCheck, { id }, signal));
    const error = MeshError.fromWire(checks[0]?.error ?? undefined);
    return error === undefined ? "force" : await person.afterFailure(error);
  }
}
