import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const biome = resolve(root, "node_modules/.bin/biome");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "mesh-fence-"));
  const configuration = JSON.parse(readFileSync(join(root, "biome.json"), "utf8")) as Record<string, unknown>;
  writeFileSync(join(folder, "biome.json"), JSON.stringify({ ...configuration, $schema: undefined, vcs: undefined }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the linter says of a file with this import, in a tree with our rules. */
function lint(file: string, specifier: string): string {
  const path = join(folder, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `import { x } from "${specifier}";\nx();\n`);
  const { stdout, stderr } = spawnSync(biome, ["lint", "--only=style/noRestrictedImports", file], {
    cwd: folder,
    encoding: "utf8",
  });
  rmSync(path);
  expect(stdout).toContain("Checked 1 file");
  return stdout + stderr;
}

describe("the import fence refuses", () => {
  const refused: [file: string, specifier: string][] = [
    ["contract/rpc/probe.ts", "../../sidecar/platform/log.ts"],
    ["contract/rpc/probe.ts", "node:fs"],
    ["contract/rpc/probe.ts", "vscode"],
    ["sidecar/rpc/probe.ts", "vscode"],
    ["sidecar/rpc/probe.ts", "../../extension/main.ts"],
    ["sidecar/rpc/probe.ts", "../../webview/ui/button.ts"],
    ["sidecar/rpc/probe.ts", "../../test/support/test-node.ts"],
    ["sidecar/platform/probe.ts", "../router/router.ts"],
    ["sidecar/router/probe.ts", "../gateway/gateway.ts"],
    ["sidecar/backends/probe.ts", "../rpc/session.ts"],
    ["sidecar/engine/probe.ts", "../router/router.ts"],
    ["sidecar/resources/probe.ts", "../engine/local-engines.ts"],
    ["sidecar/demo-model/probe.ts", "node-llama-cpp"],
    // What holds for the whole area holds in its folders with rules of their own as well.
    ...["platform", "router", "backends", "engine", "resources", "demo-model"].flatMap((area): [string, string][] => [
      [`sidecar/${area}/probe.ts`, "../../extension/main.ts"],
      [`sidecar/${area}/probe.ts`, "vscode"],
      [`sidecar/${area}/probe.ts`, "@vscode/webview-ui-toolkit"],
      [`sidecar/${area}/probe.ts`, "../../test/support/test-node.ts"],
    ]),
    ["extension/chat/probe.ts", "../../sidecar/client/attach.ts"],
    ["extension/chat/attachments/probe.ts", "../../../sidecar/client/attach.ts"],
    ["extension/chat/probe.ts", "../../webview/chat/view.ts"],
    ["extension/chat/attachments/probe.ts", "../../../sidecar/client/attach.ts"],
    ["extension/chat/attachments/probe.ts", "../../../webview/chat/view.ts"],
    ["extension/probe.ts", "../sidecar/client/attach.ts"],
    ["extension/probe.ts", "../webview/chat/view.ts"],
    ["webview/chat/probe.ts", "vscode"],
    ["webview/chat/probe.ts", "node:fs"],
    ["webview/chat/probe.ts", "../../extension/main.ts"],
    ["webview/chat/probe.ts", "@vscode/webview-ui-toolkit"],
  ];
  for (const [file, specifier] of refused) {
    it(`${specifier} in ${file}`, () => expect(lint(file, specifier)).toContain("noRestrictedImports"));
  }
});

describe("the import fence lets through", () => {
  const allowed: [file: string, specifier: string][] = [
    ["contract/rpc/probe.ts", "zod"],
    ["contract/rpc/probe.ts", "../errors/mesh-error.ts"],
    ["sidecar/rpc/probe.ts", "../router/router.ts"],
    ["sidecar/rpc/probe.ts", "../../contract/rpc/index.ts"],
    ["extension/chat/probe.ts", "vscode"],
    ["extension/chat/probe.ts", "../sidecar/node-supervisor.ts"],
    ["extension/chat/attachments/probe.ts", "../../sidecar/node-supervisor.ts"],
    ["extension/chat/probe.ts", "../../contract/webview/chat.ts"],
    ["extension/chat/attachments/probe.ts", "../../sidecar/node-supervisor.ts"],
    ["webview/ui/probe.ts", "@vscode/webview-ui-toolkit"],
  ];
  for (const [file, specifier] of allowed) {
    it(`${specifier} in ${file}`, () => expect(lint(file, specifier)).not.toContain("noRestrictedImports"));
  }
});
