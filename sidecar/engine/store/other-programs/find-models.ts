import { readdir } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, isAbsolute, join } from "node:path";
import type { ModelOrigin } from "../../../../contract/mesh/model.ts";
import type { FoundFile } from "../model-files.ts";
import { ollamaModels } from "./ollama-models.ts";
import { walkFiles } from "./walk-files.ts";

/** Where each program keeps its models, the likeliest place first. */
export interface ModelPlaces {
  readonly ollama: readonly string[];
  readonly lmStudio: readonly string[];
  readonly huggingFace: readonly string[];
}

/** The places of this user, by the programs' own variables where they are set. */
export function modelPlaces(env: NodeJS.ProcessEnv, home = homedir()): ModelPlaces {
  const { OLLAMA_MODELS: ollama, HF_HUB_CACHE: hub, HF_HOME: hfHome, XDG_CACHE_HOME: cache } = env;
  const own = [join(home, ".ollama/models")];
  // Where the service of a Linux installation keeps them; readable by all.
  const ofService = process.platform === "linux" ? ["/usr/share/ollama/.ollama/models"] : [];
  const cacheHome = cache && isAbsolute(cache) ? cache : join(home, ".cache");
  return {
    ollama: ollama ? [ollama] : [...own, ...ofService],
    lmStudio: [join(home, ".lmstudio/models"), join(home, ".cache/lm-studio/models")],
    huggingFace: [hub || join(hfHome || join(cacheHome, "huggingface"), "hub")],
  };
}

/** publisher/model/file. */
const lmStudioDepth = 2;
/** revision/file, where a repository may sort its files into folders. */
const snapshotDepth = 3;

/**
 * GGUF files that other programs on this machine keep: to be read where they are, never changed. What those programs
 * wrote is read as a stranger's: within limits, and what is not understood is passed over.
 */
export async function findModels(places: ModelPlaces): Promise<FoundFile[]> {
  const lists = await Promise.all([
    ...places.ollama.map(ollamaModels),
    ...places.lmStudio.map(async (root) => ggufFiles(await walkFiles(root, lmStudioDepth, true), "lm-studio")),
    ...places.huggingFace.map(hubCacheModels),
  ]);
  return lists.flat();
}

async function hubCacheModels(root: string): Promise<FoundFile[]> {
  const entries = await readdir(root, { withFileTypes: true }).catch(() => []);
  const repositories = entries.filter((entry) => entry.isDirectory() && entry.name.startsWith("models--"));
  const files = await Promise.all(
    repositories.map(({ name }) => walkFiles(join(root, name, "snapshots"), snapshotDepth, false)),
  );
  return ggufFiles(files.flat(), "hugging-face");
}

/** Projectors for images are companions of a model and none themselves. */
const ggufFiles = (paths: readonly string[], origin: ModelOrigin): FoundFile[] =>
  paths
    .filter((path) => /.\.gguf$/i.test(path) && !/mmproj/i.test(basename(path)))
    .toSorted()
    .map((path) => ({ path, origin }));
