import { copyFile, cp, mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { build } from "esbuild";

const root = resolve(import.meta.dirname, "../..");

/**
 * Builds the sidecar of a version to come: today's, but with another protocol number. Returns its program. It stands in
 * the checkout, because it finds its packages there.
 */
export async function buildFutureSidecar(name: string, protocol: number): Promise<string> {
  const folder = join(root, "test/artifacts", name);
  const out = join(folder, "dist/sidecar");
  await mkdir(out, { recursive: true });
  await cp(join(root, "dist/sidecar"), out, { recursive: true });
  await copyFile(join(root, "package.json"), join(folder, "package.json"));
  const protocolFile = join(folder, "protocol-version.ts");
  await writeFile(protocolFile, `export const protocolVersion = ${protocol};\n`);
  await build({
    entryPoints: { main: join(root, "sidecar/main.ts") },
    outdir: out,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    external: ["node-llama-cpp"],
    logLevel: "error",
    banner: { js: 'import{createRequire as __r}from"node:module";const require=__r(import.meta.url);' },
    plugins: [
      {
        name: "protocol of the future",
        setup: (plugin) => plugin.onResolve({ filter: /\/protocol-version\.ts$/ }, () => ({ path: protocolFile })),
      },
    ],
  });
  return join(out, "main.mjs");
}
