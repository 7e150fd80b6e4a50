import * as z from "zod";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { HubFile } from "./choose-hub-files.ts";
import { type DownloadClient, interrupted } from "./download-client.ts";

/** One answer of the hub's list, in bytes; a thousand files need a tenth of it. */
const maxListBytes = 8 * 1024 * 1024;
const maxPages = 20;

/** The part of the hub's list that matters. Anything else in it is ignored, anything wrong in it is refused. */
const treeSchema = z.array(
  z.object({
    type: z.string(),
    path: z.string().max(4096),
    size: z.number().int().nonnegative(),
    lfs: z.object({ oid: z.string().regex(/^[0-9a-f]{64}$/), size: z.number().int().nonnegative() }).optional(),
  }),
);

export interface HubQuery {
  readonly repository: string;
  readonly revision: string;
  readonly source: string;
  readonly signal: AbortSignal;
}

/**
 * A model hub that speaks Hugging Face's API: huggingface.co or a mirror.
 * Source: https://huggingface.co/docs/hub/api (`/api/models/{repo}/tree/{revision}`), where an LFS file's oid is its SHA-256.
 */
export class Hub {
  readonly #client: DownloadClient;
  readonly #endpoint: string;

  constructor(client: DownloadClient, endpoint: string) {
    this.#client = client;
    this.#endpoint = endpoint.replace(/\/+$/, "");
  }

  /** Where a file's bytes are. */
  fileUrl(repository: string, revision: string, path: string): URL {
    const encoded = path.split("/").map(encodeURIComponent).join("/");
    return new URL(`${this.#endpoint}/${repository}/resolve/${encodeURIComponent(revision)}/${encoded}`);
  }

  /** All files of a repository. @throws MeshError see `DownloadClient.get` */
  async list({ repository, revision, source, signal }: HubQuery): Promise<HubFile[]> {
    const files: HubFile[] = [];
    let next: URL | undefined = new URL(
      `${this.#endpoint}/api/models/${repository}/tree/${encodeURIComponent(revision)}?recursive=true`,
    );
    for (let page = 0; next !== undefined && page < maxPages; page++) {
      const { body, headers, host } = await this.#client.get(next, { source, signal });
      const list = treeSchema.safeParse(await readJson(body, host, signal));
      if (!list.success) throw new MeshError("download_interrupted", { host, reason: "its list of files is not one" });
      for (const { type, path, size, lfs } of list.data) {
        if (type === "file") files.push({ path, sizeBytes: lfs?.size ?? size, sha256: lfs?.oid ?? null });
      }
      next = nextPage(headers.link, next);
    }
    return files;
  }
}

async function readJson(body: AsyncIterable<Buffer>, host: string, signal: AbortSignal): Promise<unknown> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of body) {
      bytes += piece.length;
      if (bytes > maxListBytes) throw new RangeError("the list is too long");
      pieces.push(piece);
    }
    return JSON.parse(Buffer.concat(pieces).toString("utf8"));
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof SyntaxError) return undefined;
    throw interrupted(host, error);
  }
}

/** `Link: <…>; rel="next"`, on the same server only. */
function nextPage(header: string | string[] | undefined, current: URL): URL | undefined {
  const target = typeof header === "string" ? /<([^<>]+)>\s*;\s*rel="?next"?/.exec(header)?.[1] : undefined;
  if (target === undefined || !URL.canParse(target, current.href)) return undefined;
  const url = new URL(target, current);
  return url.origin === current.origin ? url : undefined;
}
