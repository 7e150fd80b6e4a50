import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { batchTokens, modelId, type ServerSettings, type ServerUnderTest } from "./server-under-test.ts";
import { warmUp } from "./warm-up.ts";

/** llama-server with the same model, threads, context, slots and batch as our engine. */
export async function startLlamaServer(program: string, settings: ServerSettings): Promise<ServerUnderTest> {
  const port = await freePort();
  const child = spawn(program, argumentsFor(settings, port), { stdio: ["ignore", "ignore", "pipe"] });
  let lastWords = "";
  child.stderr.on("data", (data) => {
    lastWords = (lastWords + data).slice(-4000);
  });
  try {
    const server = { name: "llama-server", origin: `http://127.0.0.1:${port}`, headers: {} };
    await untilHealthy(server.origin, child, settings.signal);
    await warmUp(server, settings.signal);
    const modelPid = child.pid ?? 0;
    return { ...server, pids: [modelPid], modelPid, dispose: () => end(child) };
  } catch (error) {
    await end(child);
    throw new Error(`llama-server did not start:\n${lastWords}`, { cause: error });
  }
}

function argumentsFor({ modelPath, threads, contextTokens, parallel }: ServerSettings, port: number): string[] {
  return [
    ...["--model", modelPath, "--alias", modelId, "--host", "127.0.0.1", "--port", `${port}`],
    ...["--threads", `${threads}`, "--threads-batch", `${threads}`],
    ...["--parallel", `${parallel}`, "--ctx-size", `${parallel * contextTokens}`],
    ...["--batch-size", `${batchTokens}`, "--ubatch-size", `${batchTokens}`],
    // Its copies of finished conversations cost time, and no prompt of the bench comes back.
    ...["--cache-ram", "0"],
    // Our engine reads the model into memory as well.
    ...["--load-mode", "none"],
    ...["--log-verbosity", "1"],
  ];
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}

async function untilHealthy(origin: string, child: ChildProcess, signal: AbortSignal): Promise<void> {
  while (child.exitCode === null && child.signalCode === null) {
    signal.throwIfAborted();
    const response = await fetch(`${origin}/health`).catch(() => undefined);
    if (response?.ok === true) return;
    await delay(50, undefined, { signal });
  }
  throw new Error(`It ended with ${child.exitCode ?? child.signalCode}.`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await closed;
}
