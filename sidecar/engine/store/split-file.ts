import { basename, dirname, join } from "node:path";

/** A model that was cut into several files, seen from the name of one of them. */
export interface SplitName {
  /** The name without number and ending. */
  readonly stem: string;
  /** From 1. */
  readonly index: number;
  readonly count: number;
}

/** The most files that one model may have; a name that promises more is taken for an ordinary one. */
const maxParts = 1000;
const pattern = /^(?<stem>.+)-(?<index>\d{5})-of-(?<count>\d{5})\.gguf$/;

/** Reads `model-00002-of-00005.gguf`, the way in which llama.cpp names parts; undefined for any other name. */
export function readSplitName(fileName: string): SplitName | undefined {
  const groups = pattern.exec(fileName)?.groups;
  if (groups?.stem === undefined) return undefined;
  const [index, count] = [Number(groups.index), Number(groups.count)];
  return index >= 1 && index <= count && count <= maxParts ? { stem: groups.stem, index, count } : undefined;
}

/** The name of one part. llama.cpp finds the others by this very form. */
export const splitFileName = (stem: string, index: number, count: number): string =>
  `${stem}-${String(index).padStart(5, "0")}-of-${String(count).padStart(5, "0")}.gguf`;

/** All files of the model that this file belongs to, the first part first. */
export function partsOf(path: string): string[] {
  const split = readSplitName(basename(path));
  if (split === undefined) return [path];
  const { stem, count } = split;
  return Array.from({ length: count }, (_, index) => join(dirname(path), splitFileName(stem, index + 1, count)));
}

/** What a model is called after its file: the name without its ending, and without a part's number. */
export const modelNameOf = (fileName: string): string =>
  readSplitName(fileName)?.stem ?? fileName.replace(/\.gguf$/i, "");
