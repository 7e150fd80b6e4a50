import { backendNameSchema } from "../../contract/mesh/backend-entry.ts";
import type { Translate } from "../platform/translate.ts";

const maxCharacters = 64;

/** A name for a server after the first of these words that holds something to go by, which none has yet. */
export function suggestName(words: readonly string[], taken: ReadonlySet<string>): string {
  const base = words.map(nameFrom).find((name) => backendNameSchema.safeParse(name).success) ?? "server";
  if (!taken.has(base)) return base;
  for (let number = 2; ; number++) {
    const ending = `-${number}`;
    const name = `${base.slice(0, maxCharacters - ending.length)}${ending}`;
    if (!taken.has(name)) return name;
  }
}

const nameFrom = (words: string): string =>
  words
    .slice(0, 4 * maxCharacters)
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, "-")
    .replace(/^[^a-z0-9]+/, "")
    .slice(0, maxCharacters)
    .replace(/[._-]+$/, "");

/** Why this cannot be a new server's name; undefined when it can. */
export function nameProblem(name: string, taken: ReadonlySet<string>, t: Translate): string | undefined {
  if (name === "local-engine") return t("This name belongs to this machine's own engine.");
  if (!backendNameSchema.safeParse(name).success) {
    return t("Use up to 64 of a-z, 0-9, '.', '_' and '-', and begin with a letter or a digit.");
  }
  return taken.has(name) ? t("There is a server '{0}' already.", { 0: name }) : undefined;
}
