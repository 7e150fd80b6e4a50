import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { readSplitName, splitFileName } from "./split-file.ts";

/** A file of a repository on the hub. */
export interface HubFile {
  /** Within the repository, with slashes. Other people's text. */
  readonly path: string;
  readonly sizeBytes: number;
  /** Null for small files, which the hub keeps without one. */
  readonly sha256: string | null;
}

/** What is taken when nothing else is asked for: the usual compromise between size and quality. */
const usualQuantisation = "Q4_K_M";
/** Companions of a model, which are none themselves. */
const notAModel = /(^|\/)(mmproj|imatrix)|[.-](mmproj|imatrix)/i;

/**
 * The files that make up the wanted model: one, or all parts of a split one.
 *
 * @throws MeshError `download_not_found`, `model_source_ambiguous`
 */
export function chooseHubFiles(
  all: readonly HubFile[],
  choice: { readonly file: string } | { readonly quantisation: string | undefined },
  source: string,
): HubFile[] {
  if ("file" in choice) {
    const file = all.find(({ path }) => path === choice.file);
    if (file === undefined) throw new MeshError("download_not_found", { source });
    return partsBeside(file, all, source);
  }
  const models = all.filter(({ path }) => /.\.gguf$/i.test(path) && !notAModel.test(path) && !isLaterPart(path));
  const { quantisation } = choice;
  const wanted = models.filter(({ path }) => hasQuantisation(path, quantisation ?? usualQuantisation));
  const candidates = wanted.length === 0 && quantisation === undefined ? models : wanted;
  const [only, ...others] = candidates;
  if (only === undefined && models.length === 0) throw new MeshError("download_not_found", { source });
  if (only === undefined || others.length > 0) {
    const choices = (only === undefined ? models : candidates).map(({ path }) => path);
    throw new MeshError("model_source_ambiguous", { source, choices: choices.slice(0, 40) });
  }
  return partsBeside(only, all, source);
}

function partsBeside(file: HubFile, all: readonly HubFile[], source: string): HubFile[] {
  const slash = file.path.lastIndexOf("/") + 1;
  const folder = file.path.slice(0, slash);
  const split = readSplitName(file.path.slice(slash));
  if (split === undefined) return [file];
  const { stem, count } = split;
  return Array.from({ length: count }, (_, index) => {
    const path = folder + splitFileName(stem, index + 1, count);
    const part = all.find((each) => each.path === path);
    if (part === undefined) throw new MeshError("download_not_found", { source });
    return part;
  });
}

function isLaterPart(path: string): boolean {
  const split = readSplitName(path.slice(path.lastIndexOf("/") + 1));
  return split !== undefined && split.index > 1;
}

/** Whole words only: "Q4_K" must not find "Q4_K_M", nor "Q8_0" find "IQ8_0". The folder counts too, as some sort by it. */
function hasQuantisation(path: string, quantisation: string): boolean {
  const words = path
    .replace(/-\d{5}-of-\d{5}(?=\.gguf$)/, "")
    .replace(/\.gguf$/i, "")
    .split(/[^A-Za-z0-9_]+/);
  return words.some((word) => word.toUpperCase() === quantisation.toUpperCase());
}
