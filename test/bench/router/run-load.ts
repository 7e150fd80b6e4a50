import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { Placement, Priority } from "./placement.ts";
import type { RouterUnderTest } from "./router-under-test.ts";

const quantilesSchema = z.object({ count: z.number(), p50: z.number(), p99: z.number(), p999: z.number() }).nullable();

/** What the load generator prints: see native/load.c. Times in milliseconds, processor time over the window. */
const loadReportSchema = z.object({
  windowMs: z.number(),
  /** Whole answers with status 200. */
  answers: z.number(),
  answersPerSecond: z.number(),
  events: z.number(),
  eventsPerSecond: z.number(),
  /** Over the whole run, as all counts of faults. */
  lost: z.number(),
  duplicated: z.number(),
  outOfOrder: z.number(),
  /** Answers without `[DONE]`. */
  unterminated: z.number(),
  /** Answers with another status, and refused connections. */
  failed: z.number(),
  /** Connections that ended within an answer, and answers that are no HTTP/1.1. */
  broken: z.number(),
  reconnections: z.number(),
  /** Connections that are open at the end of the window. */
  open: z.number(),
  routerMs: z.number(),
  backendMs: z.number(),
  loadMs: z.number(),
  /** From the request to the first event. */
  firstEventMs: quantilesSchema,
  /** From the backend's clock to the client's. */
  delayMs: quantilesSchema,
  /** From the request to the end of the answer. */
  answerMs: quantilesSchema,
});

export type LoadReport = z.infer<typeof loadReportSchema>;

/** One kind of load; what is left out is 0. See native/load.c. */
export interface Load {
  readonly model?: string;
  readonly stream?: boolean;
  /** Per answer. */
  readonly events?: number;
  readonly intervalMs?: number;
  readonly promptBytes?: number;
  readonly connections: number;
  /** Requests per second; without it, each request follows an answer. */
  readonly rate?: number;
  /** One request per connection, which then stays open. */
  readonly once?: boolean;
  /** Over which the connections begin. */
  readonly rampMs?: number;
  /** Until measuring begins; includes the ramp. */
  readonly warmUpMs: number;
  readonly windowMs: number;
}

/** Who and what is around a load. */
export interface Surroundings {
  readonly program: string;
  readonly placement: Placement;
  readonly priority: Priority;
  readonly backendPids: readonly number[];
  readonly signal: AbortSignal;
}

/**
 * Puts a load on a router and measures it.
 * @param look called under load, when the window has ended
 */
export async function runLoad<T>(
  router: RouterUnderTest,
  load: Load,
  { program, placement, priority, backendPids, signal }: Surroundings,
  look: () => T,
): Promise<{ readonly report: LoadReport; readonly seen: T }> {
  signal.throwIfAborted();
  const args = [...toArguments(router, load), "--backend-pids", backendPids.join(",")];
  const [command = "", ...rest] = placement.harness([program, ...args], priority);
  const child = spawn(command, rest, { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const ended = once(child, "exit");
  // It ends when its input does.
  const stop = (): void => void child.stdin.end();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [unknown];
    signal.throwIfAborted();
    if (typeof line !== "string") throw new Error("The load generator has ended too early.");
    return { report: loadReportSchema.parse(JSON.parse(line)), seen: look() };
  } finally {
    signal.removeEventListener("abort", stop);
    stop();
    await ended;
  }
}

function toArguments(router: RouterUnderTest, load: Load): string[] {
  const options = {
    port: router.port,
    path: router.path,
    pids: router.pids().join(","),
    model: load.model,
    stream: load.stream ? 1 : 0,
    events: load.events ?? 1,
    "interval-us": Math.round((load.intervalMs ?? 0) * 1000),
    "prompt-bytes": load.promptBytes,
    connections: load.connections,
    rate: load.rate,
    once: load.once ? 1 : 0,
    "ramp-ms": load.rampMs,
    "warm-up-ms": load.warmUpMs,
    "window-ms": load.windowMs,
  };
  const given = Object.entries(options).filter(([, value]) => value !== undefined);
  return [
    ...given.flatMap(([name, value]) => [`--${name}`, String(value)]),
    ...router.headers.flatMap((line) => ["--header", line]),
  ];
}
