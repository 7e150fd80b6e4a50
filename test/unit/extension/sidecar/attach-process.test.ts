import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { runAttachProcess } from "../../../../extension/sidecar/attach-process.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "mesh-attach-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs `source` in place of the command-line program. */
async function attach(source: string, signal = new AbortController().signal) {
  const program = join(folder, "cli.mjs");
  writeFileSync(program, source);
  return await runAttachProcess({ program, spawn, env: process.env, signal });
}
const where = { socketPath: "/s", tokenFile: "/t", pid: 7, protocol: 1, version: "1.2.3" };

describe("attaching", () => {
  it("returns where the node is, and runs as plain Node.js", async () => {
    const source = `if (process.argv[2] !== "attach" || process.env.ELECTRON_RUN_AS_NODE !== "1") process.exit(9);
      console.log(${JSON.stringify(JSON.stringify(where))});`;
    expect(await attach(source)).toEqual(where);
  });

  it("fails with the program's own error", async () => {
    const error = new MeshError("no_free_port", { firstPort: 1, lastPort: 2 });
    const source = `console.log(${JSON.stringify(JSON.stringify({ error: error.toWire() }))}); process.exitCode = 1;`;
    await expect(attach(source)).rejects.toMatchObject({ code: "no_free_port", params: { firstPort: 1 } });
  });

  it.each([
    ["prints no reply", `console.error("Something\\nbroke"); process.exitCode = 1;`, "broke"],
    ["prints nothing", "process.exitCode = 3;", "attach ended (code 3)."],
    ["prints another shape", `console.log("{}");`, "attach ended (code 0)."],
    ["knows an error that this side does not", `console.log('{"error":{"code":"new_one","params":{}}}');`, "new_one"],
  ])("says why when the program %s", async (_case, source, reason) => {
    await expect(attach(source)).rejects.toMatchObject({ code: "node_start_failed", params: { reason } });
  });

  it("ends the program when it is called off", async () => {
    const abort = new AbortController();
    const attaching = attach("setInterval(() => {}, 1000);", abort.signal);
    setTimeout(() => abort.abort(new MeshError("cancelled", {})), 100);
    await expect(attaching).rejects.toMatchObject({ code: "cancelled" });
  });
});
