import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { endOfLog, nodeFiles } from "../../../../extension/sidecar/node-files.ts";
import { resolveFolders } from "../../../../sidecar/platform/folders.ts";

it.each([[{ INFERENCE_MESH_HOME: "/h" }], [{ XDG_CONFIG_HOME: "/c", XDG_STATE_HOME: "/s" }], [{}]])(
  "finds the node's files where the node puts them (%j)",
  (env) => {
    const { config, logs } = resolveFolders(env);
    expect(nodeFiles(env)).toEqual({ configuration: join(config, "config.yaml"), log: join(logs, "node.log") });
  },
);

it("reads whole lines from the end of a log", async () => {
  const folder = mkdtempSync(join(tmpdir(), "mesh-log-"));
  const path = join(folder, "node.log");
  writeFileSync(path, "first line\nsecond line\nthird line\n");
  expect(await endOfLog(path, 1_000)).toBe("first line\nsecond line\nthird line");
  expect(await endOfLog(path, 15)).toBe("third line");
  rmSync(folder, { recursive: true });
  expect(await endOfLog(path, 26)).toContain("ENOENT");
});
