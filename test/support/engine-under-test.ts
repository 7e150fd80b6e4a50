import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type ClientRequest, type IncomingMessage, request } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { EngineStats, LoadCommand } from "../../contract/engine/control.ts";
import { EngineProcess } from "../../sidecar/engine/engine-process.ts";
import { eventsOf } from "./chat-request.ts";
import { loadSettings } from "./load-settings.ts";
import { RecordingLog } from "./recording-log.ts";

export interface EngineUnderTestOptions {
  readonly model: string;
  readonly parallel: number;
  readonly contextTokens?: number;
}

/** A whole answer, streamed or not. */
export interface EngineAnswer {
  readonly status: number;
  readonly text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
  readonly json: any;
}

/** What an engine is told to load. */
export function loadOf(options: EngineUnderTestOptions): Omit<LoadCommand, "type" | "socketPath"> {
  const { model, parallel, contextTokens = 4096 } = options;
  return loadSettings({ modelPath: model, contextTokens, parallel });
}

/** A real engine process with one model, and no node around it. */
export class EngineUnderTest {
  readonly process: EngineProcess;
  readonly #folder: string;

  private constructor(process: EngineProcess, folder: string) {
    this.process = process;
    this.#folder = folder;
  }

  static async start(options: EngineUnderTestOptions): Promise<EngineUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), "mesh-engine-"));
    const process = new EngineProcess({
      program: resolve(import.meta.dirname, "../../dist/sidecar/engine.mjs"),
      runtimeFolder: folder,
      log: new RecordingLog(),
      devices: null,
      load: loadOf(options),
    });
    const engine = new EngineUnderTest(process, folder);
    await process.load(AbortSignal.timeout(60_000));
    return engine;
  }

  async stats(): Promise<EngineStats> {
    const stats = await this.process.stats();
    if (stats === undefined) throw new Error("The engine has ended.");
    return stats;
  }

  /** What the counters say at the end, less what they said at the beginning. */
  async statsOf(work: () => Promise<unknown>): Promise<Record<keyof EngineStats, number>> {
    const before = await this.stats();
    await work();
    const after = await this.stats();
    const names = Object.keys(after) as (keyof EngineStats)[];
    return Object.fromEntries(names.map((name) => [name, after[name] - before[name]])) as Record<
      keyof EngineStats,
      number
    >;
  }

  /** Sends a request, of a chat by default, and leaves its answer to the caller. */
  send(body: object, path = "/v1/chat/completions"): ClientRequest {
    const headers = { "content-type": "application/json" };
    const sent = request({ socketPath: this.process.socketPath, method: "POST", path, headers });
    sent.end(JSON.stringify({ model: "model", temperature: 0, ...body }));
    return sent;
  }

  async chat(body: object): Promise<EngineAnswer> {
    const sent = this.send(body);
    const [response] = (await once(sent, "response")) as [IncomingMessage];
    return await readAnswer(response);
  }

  async dispose(): Promise<void> {
    await this.process.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** Reads what is left of an answer. */
export async function readAnswer(response: IncomingMessage): Promise<EngineAnswer> {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const isStream = response.headers["content-type"] === "text/event-stream";
  return { status: response.statusCode ?? 0, text, json: isStream ? eventsOf(text) : JSON.parse(text) };
}

export const question = (content: string) => [{ role: "user", content }];
