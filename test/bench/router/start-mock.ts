import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import * as z from "zod";
import type { Placement } from "./placement.ts";

/** Mock backends, all in one process. */
export interface MockBackends {
  readonly ports: readonly number[];
  readonly pid: number;
  dispose(): Promise<void>;
}

const announcementSchema = z.object({ ports: z.array(z.number().int()) });

/** Three mock backends. @param slots how many requests each answers at once; 0: any number */
export async function startMock(program: string, placement: Placement, slots = 0): Promise<MockBackends> {
  const [command = "", ...args] = placement.harness([program, "--ports", "3", "--slots", String(slots)]);
  const child = spawn(command, args, { stdio: ["pipe", "pipe", "inherit"], detached: true });
  const ended = once(child, "exit");
  const [line] = (await Promise.race([once(createInterface({ input: child.stdout }), "line"), ended])) as [unknown];
  if (typeof line !== "string") throw new Error("The mock backend has ended too early.");
  const { ports } = announcementSchema.parse(JSON.parse(line));
  const dispose = async (): Promise<void> => {
    // It ends when its input does.
    child.stdin.end();
    await ended;
  };
  return { ports, pid: child.pid ?? 0, dispose };
}
