import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ShownFacts } from "../../../contract/mesh/certificate.ts";
import type { BackendEntry } from "../../registry/backend-entry.ts";
import type { ConfiguredBackends } from "../../registry/configured-backends.ts";
import type { Backend } from "../backend.ts";
import type { ShownCertificate } from "../http/inspect-certificate.ts";
import { certificateProblem, describeCertificate, errorOfCertificate } from "./certificate-fault.ts";
import { isPem } from "./server-way.ts";

/** Lets a person trust the certificate of one server, for that server alone. There is no way to trust without looking. */
export class CertificateTrust {
  readonly #configured: Pick<ConfiguredBackends, "get" | "edit">;
  readonly #build: (entry: BackendEntry) => Backend;

  constructor(configured: Pick<ConfiguredBackends, "get" | "edit">, build: (entry: BackendEntry) => Backend) {
    this.#configured = configured;
    this.#build = build;
  }

  /** Null where the server speaks plain HTTP. @throws MeshError `unknown_backend`, or why there is no handshake */
  async look(id: string, signal: AbortSignal): Promise<ShownFacts | null> {
    const { entry } = this.#configured.get(id);
    const shown = await this.#inspect(entry, signal);
    if (shown === null) return null;
    const certificate = describeCertificate(shown.leaf);
    const problem = certificateProblem(shown);
    if (problem === null) return { certificate, problem: null, toTrust: null };
    const after = await this.#inspect(trusting(entry, shown), signal);
    const rest = after === null ? null : certificateProblem(after);
    // What is still wrong then is what must be mended at the server.
    if (after !== null && rest !== null) {
      return { certificate, problem: errorOfCertificate(after, rest, id).toWire(), toTrust: null };
    }
    const error = errorOfCertificate(shown, problem, id);
    return { certificate, problem: error.toWire(), toTrust: describeCertificate(shown.anchor) };
  }

  /** @throws MeshError `backend_not_trusted` when what is there now is something else, or would not do */
  async trust(id: string, fingerprint: string, signal: AbortSignal): Promise<void> {
    const { entry } = this.#configured.get(id);
    const refuse = (problem: string): MeshError => new MeshError("backend_not_trusted", { backend: id, problem });
    if (entry.tls?.ca !== undefined && !isPem(entry.tls.ca)) {
      throw refuse(`its certificates are in ${entry.tls.ca}, and that file is yours: put it there`);
    }
    const shown = await this.#inspect(entry, signal);
    if (shown === null) throw refuse("it speaks plain HTTP, and shows none");
    if (certificateProblem(shown) === null) throw refuse("it is trusted already");
    if (shown.anchor.fingerprint256 !== fingerprint) throw refuse("the server shows another one now");
    const after = await this.#inspect(trusting(entry, shown), signal);
    const rest = after === null ? null : certificateProblem(after);
    if (after !== null && rest !== null) throw errorOfCertificate(after, rest, id);
    await this.#configured.edit(id, { tls: trusting(entry, shown).tls });
  }

  async #inspect(entry: BackendEntry, signal: AbortSignal): Promise<ShownCertificate | null> {
    const backend = this.#build(entry);
    try {
      return (await backend.certificate?.(signal)) ?? null;
    } finally {
      await backend.dispose();
    }
  }
}

/** What was trusted before goes: the server does not show it any more. */
const trusting = (entry: BackendEntry, { anchor }: ShownCertificate) => ({ ...entry, tls: { ca: anchor.toString() } });
