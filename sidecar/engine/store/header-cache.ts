import { createHash } from "node:crypto";
import { MeshError, type WireError } from "../../../contract/errors/mesh-error.ts";
import type { ModelCapability } from "../../../contract/mesh/model-capability.ts";
import { type GgufHeader, readGgufHeader } from "../gguf-header.ts";
import { modelCapabilities } from "./model-capabilities.ts";

/** What one model file says of itself, or why it cannot be used. */
export interface HeaderReading {
  readonly header: GgufHeader | null;
  readonly problem: WireError | null;
  /** SHA-256 of the chat template; null without one. */
  readonly templateHash: string | null;
  readonly capabilities: readonly ModelCapability[];
}

/** The reading of a model that cannot be used. */
export const failedReading = (error: MeshError): HeaderReading => ({
  header: null,
  problem: error.toWire(),
  templateHash: null,
  capabilities: [],
});

/** Problems of the content, which stay until the file changes. Others (no permission) may go without a trace on the file. */
const problemsOfContent = new Set(["model_file_not_gguf", "model_file_truncated", "model_file_corrupt"]);

/**
 * Headers of model files as last read. A file is read again only when its stamp has changed, because a listing happens
 * at every look of every client, and a real header has megabytes of vocabulary to walk over.
 */
export class HeaderCache {
  readonly #read: (path: string) => Promise<GgufHeader>;
  readonly #known = new Map<string, { readonly stamp: string; readonly reading: HeaderReading }>();

  constructor(read: (path: string) => Promise<GgufHeader> = readGgufHeader) {
    this.#read = read;
  }

  /** The header of the file that has this stamp now. A bad file is a reading too, with its problem. */
  async get(path: string, stamp: string): Promise<HeaderReading> {
    const known = this.#known.get(path);
    if (known?.stamp === stamp) return known.reading;
    const reading = await this.#readNow(path);
    if (reading.problem === null || problemsOfContent.has(reading.problem.code)) {
      this.#known.set(path, { stamp, reading });
    }
    return reading;
  }

  /** Forgets all files but these. */
  retain(paths: ReadonlySet<string>): void {
    for (const path of this.#known.keys()) if (!paths.has(path)) this.#known.delete(path);
  }

  async #readNow(path: string): Promise<HeaderReading> {
    try {
      const header = await this.#read(path);
      const { chatTemplate } = header;
      const templateHash = chatTemplate === undefined ? null : createHash("sha256").update(chatTemplate).digest("hex");
      return { header, problem: null, templateHash, capabilities: modelCapabilities(header) };
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      return failedReading(error);
    }
  }
}
