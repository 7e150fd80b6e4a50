import { open } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import * as z from "zod";
import type { FoundFile } from "../model-files.ts";
import { walkFiles } from "./walk-files.ts";

/** Real manifests have about a kilobyte. */
const maxManifestBytes = 64 * 1024;
const modelLayer = "application/vnd.ollama.image.model";
/** host/namespace/model/tag. */
const manifestDepth = 3;

const manifestSchema = z.object({
  layers: z.array(z.object({ mediaType: z.string(), digest: z.string().regex(/^sha256:[0-9a-f]{64}$/) })).max(256),
});

/**
 * The models of an Ollama folder: a manifest per tag names the blob that holds the weights. Blobs are named by digest, and
 * a manifest can name nothing else. Newer releases keep tags under `manifests-v2`, as files or links.
 */
export async function ollamaModels(root: string): Promise<FoundFile[]> {
  const found: FoundFile[] = [];
  for (const folder of ["manifests", "manifests-v2"].map((name) => join(root, name))) {
    for (const manifest of await walkFiles(folder, manifestDepth, true)) {
      const blob = await readModelBlob(manifest);
      const name = nameOf(relative(folder, manifest).split(sep));
      if (blob !== undefined) found.push({ path: join(root, "blobs", blob), origin: "ollama", name });
    }
  }
  return found;
}

/** As Ollama itself writes it: `llama3:8b`, or with the namespace when that is not the usual one. */
function nameOf([, namespace = "", model = "", tag = ""]: string[]): string {
  return `${namespace === "library" ? "" : `${namespace}/`}${model}:${tag}`;
}

/** The file name of the weights; undefined for a manifest that is none, or is not of a GGUF model. */
async function readModelBlob(path: string): Promise<string | undefined> {
  try {
    const file = await open(path);
    try {
      if (!(await file.stat()).isFile()) return undefined;
      const { buffer, bytesRead } = await file.read(Buffer.alloc(maxManifestBytes + 1), 0, maxManifestBytes + 1, 0);
      if (bytesRead > maxManifestBytes) return undefined;
      const manifest = manifestSchema.safeParse(JSON.parse(buffer.toString("utf8", 0, bytesRead)));
      const layer = manifest.data?.layers.find(({ mediaType }) => mediaType === modelLayer);
      return layer?.digest.replace(":", "-");
    } finally {
      await file.close();
    }
  } catch {
    // Another program's file, perhaps half written: there is no model to show, and nothing that we could mend.
    return undefined;
  }
}
