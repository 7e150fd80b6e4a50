import { globSync, readFileSync, writeFileSync } from "node:fs";
import { type ErrorCode, errorCatalogue } from "../../contract/errors/catalogue.ts";
import { serverDefaults } from "../../contract/mesh/server-defaults.ts";
import { outsideTools } from "../../contract/use-with/index.ts";
import { errorFlags, errorTemplates } from "../../extension/platform/error-words.ts";

/** The words of the code that a person sees, each its own key: what translations start from. */
export function collectWords(root: string): string[] {
  const sources = globSync("extension/**/*.ts", { cwd: root }).map((file) => readFileSync(`${root}/${file}`, "utf8"));
  const literals = sources.flatMap((source) =>
    [...source.matchAll(/\bt\(\s*("(?:[^"\\]|\\.)*")/g)].map(([, literal = '""']) => JSON.parse(literal) as string),
  );
  const ofErrors = (Object.keys(errorCatalogue) as ErrorCode[]).flatMap((code) => {
    const flags = Object.fromEntries(errorFlags(code).map((name) => [name, true]));
    return [errorTemplates(code), errorTemplates(code, flags)].flatMap((words) => Object.values(words));
  });
  const ofServers = serverDefaults.map(({ description }) => description);
  const ofTools = outsideTools.flatMap(({ purpose, steps }) => [purpose, ...steps]);
  return [...new Set([...literals, ...ofErrors, ...ofServers, ...ofTools])].sort();
}

// `node test/support/write-l10n-bundle.ts` writes the file that the manifest's test demands.
if (import.meta.main) {
  const bundle = Object.fromEntries(collectWords(".").map((text) => [text, text]));
  writeFileSync("l10n/bundle.l10n.json", `${JSON.stringify(bundle, undefined, 2)}\n`);
}
