import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** From `npm start`, warm, to the first streamed word: five times, each with a node of its own. */
const root = resolve(import.meta.dirname, "../..");
const targetMs = 5000;
const rounds = 5;

async function firstWordMs(): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), "mesh-bench-"));
  // A group of its own, so that one signal reaches npm and everything below it, as Ctrl+C does.
  const startedAt = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, INFERENCE_MESH_HOME: home },
    detached: true,
  });
  let output = "";
  let firstAt: number | undefined;
  child.stdout.on("data", (data) => {
    output += data;
    if (firstAt === undefined && /> What is this\?\n\S/.test(output)) firstAt = performance.now();
    if (output.includes("Press Ctrl+C") && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
  });
  await once(child, "close");
  rmSync(home, { recursive: true, force: true });
  if (firstAt === undefined) throw new Error(`No answer:\n${output}`);
  return firstAt - startedAt;
}

const times: number[] = [];
for (let round = 0; round < rounds; round++) {
  times.push(Math.round(await firstWordMs()));
  console.log(`round ${round + 1}: ${times.at(-1)} ms`);
}
const sorted = times.toSorted((a, b) => a - b);
const medianMs = sorted[Math.floor(rounds / 2)] ?? Number.POSITIVE_INFINITY;
const figures = { medianMs, bestMs: sorted[0], worstMs: sorted.at(-1) };
console.log(JSON.stringify({ name: "start", figures, targets: { medianMs: targetMs }, pass: medianMs <= targetMs }));
