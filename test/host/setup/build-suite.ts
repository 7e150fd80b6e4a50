import { join, resolve } from "node:path";
import { build } from "esbuild";

export const repository = resolve(import.meta.dirname, "../../..");
const folder = join(repository, "dist/test-suite");

/** What can be run inside an extension host. */
export type SuiteName = "run-suite" | "measure-start";

/** Bundles a suite into one file that the desktop editor and the workbench load alike, and returns its path. */
export async function buildSuite(name: SuiteName): Promise<string> {
  const outfile = join(folder, `${name}.cjs`);
  await build({
    entryPoints: [join(repository, `test/host/suite/${name}.ts`)],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    sourcemap: "inline",
    logLevel: "warning",
    external: ["vscode"],
    // Mocha's parallel mode asks for files of its own; nothing here uses it.
    logOverride: { "require-resolve-not-external": "silent" },
  });
  return outfile;
}
