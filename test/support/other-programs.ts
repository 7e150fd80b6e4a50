import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";

const put = (path: string, content: string | Buffer): string => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
};

/** Puts a model where Ollama keeps it: a blob named by its digest, and a manifest that names the blob. */
export function putOllamaModel(root: string, tag: string, content: Buffer): string {
  const digest = createHash("sha256").update(content).digest("hex");
  const layers = [
    { mediaType: "application/vnd.ollama.image.model", digest: `sha256:${digest}`, size: content.length },
    { mediaType: "application/vnd.ollama.image.template", digest: `sha256:${"0".repeat(64)}`, size: 10 },
  ];
  const config = { mediaType: "application/vnd.docker.container.image.v1+json", digest: layers[1]?.digest, size: 1 };
  put(join(root, "manifests", tag), JSON.stringify({ schemaVersion: 2, config, layers }));
  return put(join(root, "blobs", `sha256-${digest}`), content);
}

/** Puts a model where LM Studio keeps it. */
export const putLmStudioModel = (root: string, path: string, content: Buffer): string => put(join(root, path), content);

/** Puts a model into a cache as the Hugging Face libraries lay it out: a blob, and a link to it in each snapshot. */
export function putHubCacheModel(root: string, repository: string, file: string, content: Buffer): string {
  const folder = join(root, `models--${repository.replace("/", "--")}`);
  const blob = put(join(folder, "blobs", createHash("sha256").update(content).digest("hex")), content);
  const link = join(folder, "snapshots", "a".repeat(40), file);
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), blob), link);
  put(join(folder, "refs/main"), "a".repeat(40));
  return link;
}
