import { basename } from "node:path/posix";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { chooseHubFiles } from "./choose-hub-files.ts";
import type { FileToDownload } from "./download-file.ts";
import type { Hub } from "./hub.ts";
import type { ModelSource } from "./model-source.ts";
import { safeFileName } from "./safe-file-name.ts";
import { readSplitName, splitFileName } from "./split-file.ts";

export interface PlanOptions {
  readonly hub: Hub;
  /** What the person asked for; errors name it. */
  readonly source: string;
  /** What the person says the file must be. */
  readonly sha256: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * Which files a source means, in the order of their parts.
 *
 * @throws MeshError `unsafe_file_name`, `digest_mismatch`, `model_source_invalid`, `model_source_ambiguous`; see also
 * `DownloadClient.get`
 */
export async function planDownload(source: ModelSource, options: PlanOptions): Promise<FileToDownload[]> {
  const files = source.kind === "url" ? filesAt(source.url) : await filesOnHub(source, options);
  const { sha256 } = options;
  if (sha256 === undefined) return files;
  const [file, ...others] = files;
  if (file === undefined || others.length > 0) {
    const problem = "it has several files, and a digest can be given for one only";
    throw new MeshError("model_source_invalid", { source: options.source, problem });
  }
  if (file.sha256 !== null && file.sha256 !== sha256) {
    throw new MeshError("digest_mismatch", { file: file.fileName, expected: sha256, actual: file.sha256 });
  }
  return [{ ...file, sha256 }];
}

function filesAt(url: URL): FileToDownload[] {
  const encodedName = basename(url.pathname);
  const fileName = safeFileName(decodeName(encodedName));
  const split = readSplitName(fileName);
  const unknown = { sizeBytes: null, sha256: null };
  if (split === undefined) return [{ url, fileName, ...unknown }];
  return Array.from({ length: split.count }, (_, index) => {
    const name = splitFileName(split.stem, index + 1, split.count);
    const part = new URL(url);
    part.pathname = url.pathname.slice(0, -encodedName.length) + encodeURIComponent(name);
    return { url: part, fileName: name, ...unknown };
  });
}

function decodeName(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    throw new MeshError("unsafe_file_name", { name: name.slice(0, 200), problem: "it is not UTF-8" });
  }
}

async function filesOnHub(
  { repository, revision, choice }: Extract<ModelSource, { kind: "hub" }>,
  { hub, source, signal }: PlanOptions,
): Promise<FileToDownload[]> {
  const all = await hub.list({ repository, revision, source, signal });
  const chosen = chooseHubFiles(all, choice, source);
  return chosen.map(({ path, sizeBytes, sha256 }) => ({
    url: hub.fileUrl(repository, revision, path),
    fileName: safeFileName(path),
    sizeBytes,
    sha256,
  }));
}
