// Builds everything that runs: `node esbuild.mjs`. Types are checked elsewhere (`npm run check`).
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { build } from "esbuild";

const shared = {
  bundle: true,
  // Names stay: stack traces go into logs, and what is in the field has no source maps beside it. Lines stay short, since
  // Node.js prints the whole line at which it dies.
  minifyWhitespace: true,
  minifySyntax: true,
  lineLimit: 500,
  platform: "node",
  target: "node22.19",
  sourcemap: true,
  sourcesContent: false,
  logLevel: "warning",
  metafile: true,
  legalComments: "none",
};

rmSync("dist/sidecar", { recursive: true, force: true });
const results = await Promise.all([
  build({
    ...shared,
    entryPoints: {
      main: "sidecar/main.ts",
      cli: "sidecar/cli/main.ts",
      engine: "sidecar/engine/child/main.ts",
      keyring: "sidecar/secrets/keyring/main.ts",
      "parent-watch": "sidecar/engine/child/parent-watch.ts",
    },
    outdir: "dist/sidecar",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    splitting: true,
    // Native, and loads its binaries from beside itself.
    external: ["node-llama-cpp", "@napi-rs/keyring"],
    // Bundled CommonJS packages (vscode-jsonrpc) call require for Node's own modules.
    banner: {
      js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
    },
  }),
  build({
    ...shared,
    // Runs on whatever Node.js is there, to find the right one.
    target: "node18",
    entryPoints: { "inference-mesh": "sidecar/cli/launcher.ts" },
    outdir: "dist/bin",
    outExtension: { ".js": ".mjs" },
    format: "esm",
    sourcemap: false,
    banner: { js: "#!/usr/bin/env node" },
  }),
  build({
    ...shared,
    entryPoints: { main: "extension/main.ts" },
    outdir: "dist/extension",
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    external: ["vscode"],
    // zod asks which runtime it is on; in the extension host that global is a trap that logs an error.
    define: { navigator: "undefined" },
  }),
  build({
    ...shared,
    platform: "browser",
    // What VS Code 1.122 runs on.
    target: "chrome142",
    entryPoints: {
      chat: "webview/chat/main.ts",
      mesh: "webview/topology/main.ts",
      compare: "webview/compare/main.ts",
      "use-with": "webview/use-with/main.ts",
    },
    outdir: "dist/webview",
    format: "iife",
    minify: true,
  }),
  build({
    ...shared,
    entryPoints: {
      chat: "webview/chat/chat.css",
      mesh: "webview/topology/mesh.css",
      compare: "webview/compare/compare.css",
      "use-with": "webview/use-with/use-with.css",
    },
    outdir: "dist/webview",
    minify: true,
    sourcemap: false,
  }),
]);

refuseLanguages(results.flatMap((result) => Object.values(result.metafile.outputs)));
writeNotices(results.flatMap((result) => Object.keys(result.metafile.inputs)));
mkdirSync("dist/models", { recursive: true });
// Plain Node.js runs TypeScript by leaving the types out.
execFileSync(process.execPath, ["sidecar/demo-model/build-demo-model.ts", "dist/models"], { stdio: "inherit" });

/** `import { z } from "zod"` takes every language of zod along, 70 kB in the package; `import * as z` takes what is used. */
function refuseLanguages(outputs) {
  const taken = outputs
    .flatMap(({ inputs }) => Object.entries(inputs))
    .filter(([, { bytesInOutput }]) => bytesInOutput > 0);
  const stranger = taken.find(([file]) => /\/zod\/v4\/locales\/(?!en\.|index\.)/.test(file));
  if (stranger !== undefined) throw new Error(`${stranger[0]} is bundled: some file imports { z }, not * as z.`);
}

/** Collects the licences of the packages whose code is in the bundles. */
function writeNotices(inputs) {
  const folders = new Set(inputs.map(packageFolder).filter((folder) => folder !== undefined));
  const notices = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)(\.|$)/i.test(entry));
    const text = file === undefined ? `Licence: ${license}` : readFileSync(join(folder, file), "utf8").trim();
    return `${name} ${version} (${license})\n\n${text}\n`;
  });
  const intro =
    "Inference Mesh contains code of these packages, under their licences. Packages in a node_modules folder bring their own.\n";
  writeFileSync("dist/THIRD-PARTY-NOTICES.txt", [intro, ...notices].join(`\n${"-".repeat(80)}\n\n`));
}

/** The package that a bundled file belongs to: the nearest folder below node_modules with a name and a version. */
function packageFolder(file) {
  if (!file.startsWith("node_modules/")) return undefined;
  for (let folder = dirname(file); folder !== "node_modules"; folder = dirname(folder)) {
    const manifest = join(folder, "package.json");
    if (existsSync(manifest) && JSON.parse(readFileSync(manifest, "utf8")).version !== undefined) return folder;
  }
  return undefined;
}
