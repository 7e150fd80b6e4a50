import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeRandomModel } from "../../../sidecar/demo-model/make-random-model.ts";
import { chooseThreads } from "../../../sidecar/registry/configuration.ts";
import type { Comparison } from "./comparison.ts";
import { ensureLlamaServer } from "./ensure-llama-server.ts";
import { type Bench, parts } from "./parts.ts";
import { readOptions } from "./read-options.ts";
import { describeConditions, toJsonLine, toTable, writeMarkdown } from "./report.ts";
import { modelId, type ServerSettings, type ServerUnderTest } from "./server-under-test.ts";
import { startLlamaServer } from "./start-llama-server.ts";
import { startOurNode } from "./start-our-node.ts";

/** Our node, asked through its gateway, side by side with the llama-server of the same llama.cpp. */
const options = readOptions(process.argv.slice(2));
const abort = new AbortController();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => abort.abort(new Error(signal)));

try {
  await compare(await ensureLlamaServer(abort.signal));
} catch (error) {
  if (!abort.signal.aborted) throw error;
  console.error("Interrupted.");
  process.exitCode = 130;
}

async function compare(llamaServerProgram: string): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "mesh-bench-"));
  const servers: ServerUnderTest[] = [];
  try {
    const settings = makeSettings(folder);
    const conditions = describeConditions(settings.threads);
    console.log(conditions);
    const ours = await startOurNode(settings);
    servers.push(ours);
    const theirs = await startLlamaServer(llamaServerProgram, settings);
    servers.push(theirs);
    // For whoever wants to look into one of them meanwhile, with perf for example.
    for (const { name, pids } of servers) console.log(`${name}: processes ${pids.join(", ")}`);
    const comparisons = await measure({ ours, theirs, ...options, signal: abort.signal });
    console.log(`\n${toTable(comparisons)}\n`);
    if (options.writesMarkdown) writeMarkdown(comparisons, conditions);
    console.log(toJsonLine(comparisons));
  } finally {
    await Promise.all(servers.map((server) => server.dispose()));
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * 34 M random weights with a vocabulary of usual size: small enough that what the servers do around the computing shows,
 * large enough that sampling costs what it costs. It never ends an answer by itself.
 */
function makeSettings(modelFolder: string): ServerSettings {
  const modelPath = join(modelFolder, `${modelId}.gguf`);
  writeRandomModel(modelPath, {
    name: modelId,
    layers: 6,
    dimensions: 384,
    heads: 6,
    kvHeads: 2,
    feedForward: 1024,
    vocabulary: 32_000,
    contextTokens: 8192,
    type: "Q8_0",
    saysAsciiOnly: true,
  });
  const threads = chooseThreads(statSync(modelPath).size, options.threads);
  return { modelPath, threads, parallel: 16, contextTokens: 4608, signal: abort.signal };
}

async function measure(bench: Bench): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const name of options.parts) {
    console.log(`measuring: ${name}`);
    comparisons.push(...(await parts[name](bench)));
  }
  return comparisons;
}
