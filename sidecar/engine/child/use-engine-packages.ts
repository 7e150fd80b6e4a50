import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import * as z from "zod";

const enginePackage = /^@node-llama-cpp\/[a-z0-9-]+$/;
const manifestSchema = z.object({ main: z.string() });

/**
 * Lets node-llama-cpp find binary packages in a folder of the node's own: it asks for them by name, from where it is
 * installed itself, and that is no place that a running node could write to.
 */
export function useEnginePackages(folder: string): void {
  registerHooks({
    resolve: (specifier, context, next) => {
      const url = enginePackage.test(specifier) ? entryOf(join(folder, specifier)) : undefined;
      return url === undefined ? next(specifier, context) : { url, format: "module", shortCircuit: true };
    },
  });
}

function entryOf(folder: string): string | undefined {
  try {
    const { main } = manifestSchema.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    return pathToFileURL(join(folder, main)).href;
  } catch {
    // Not one of those that were fetched: it is looked for where it came with the product.
    return undefined;
  }
}
