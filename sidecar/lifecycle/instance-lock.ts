import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, unlinkSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import { errorReason } from "../platform/error-reason.ts";
import { identifyProcess, isSameProcessAlive } from "../platform/process-identity.ts";

const holderSchema = z.object({
  pid: z.number().int().positive(),
  startTime: z.string().nullable(),
  version: z.string(),
  /** Where the holder is reached: a client with another environment (cron, ssh) would look in another place. */
  controlSocket: z.string().optional(),
});
export type LockHolder = z.infer<typeof holderSchema>;

/** How long a recovery may take before another process assumes that it died in the middle, in milliseconds. */
const recoveryStaleMs = 10_000;

/**
 * The claim to be this user's node on this machine. The file holds the owner's process number and start time, so a
 * claim left behind by a crash, a power cut or a reused process number is recognised and taken over.
 */
export class InstanceLock {
  readonly #path: string;
  readonly #content: string;

  private constructor(path: string, content: string) {
    this.#path = path;
    this.#content = content;
  }

  /** The lock, or the live process that has it. @throws MeshError `folder_unwritable` */
  static acquire(path: string, version: string, controlSocket?: string): InstanceLock | LockHolder {
    const content = JSON.stringify({ ...identifyProcess(process.pid), version, controlSocket });
    for (;;) {
      if (tryCreate(path, content)) return new InstanceLock(path, content);
      const holder = InstanceLock.readHolder(path);
      if (holder !== undefined && isSameProcessAlive(holder)) return holder;
      recoverStale(path);
    }
  }

  /** Who has the lock, alive or not; undefined when nobody has. */
  static readHolder(path: string): LockHolder | undefined {
    try {
      return parseHolder(readIfThere(path) ?? "");
    } catch {
      // A claim that cannot be read is none of ours; who wants to take it over is told why that fails.
      return undefined;
    }
  }

  /** Gives the lock up, unless somebody else has it by now. */
  dispose(): void {
    try {
      if (readFileSync(this.#path, "utf8") === this.#content) unlinkSync(this.#path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    }
  }
}

/** A hard link appears with its whole content or not at all, so nobody ever reads a half-written claim. */
function tryCreate(path: string, content: string): boolean {
  const temporary = `${path}.${process.pid}-${randomBytes(4).toString("hex")}.tmp`;
  try {
    writeFileSync(temporary, content, { flag: "wx", mode: 0o600 });
    linkSync(temporary, path);
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw new MeshError("folder_unwritable", { path: dirname(path), reason: errorReason(cause) }, { cause });
  } finally {
    rmSync(temporary, { force: true });
  }
}

/**
 * Removes a stale claim. Two processes may both have seen it; without the guard, the slower one would remove the
 * claim that the faster one has just made. So only the holder of the guard looks again and removes.
 */
function recoverStale(path: string): void {
  const guard = `${path}.recovery`;
  try {
    mkdirSync(guard);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== "EEXIST") {
      throw new MeshError("folder_unwritable", { path: dirname(path), reason: errorReason(cause) }, { cause });
    }
    const since = statSync(guard, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > recoveryStaleMs) removeGuard(guard);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    return;
  }
  try {
    const claim = readIfThere(path);
    // Nothing to remove: somebody else has, and what appears from now on is a fresh claim.
    if (claim === undefined) return;
    const holder = parseHolder(claim);
    if (holder === undefined || !isSameProcessAlive(holder)) rmSync(path, { force: true });
  } finally {
    removeGuard(guard);
  }
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new MeshError("folder_unwritable", { path: dirname(path), reason: errorReason(cause) }, { cause });
  }
}

/** Undefined for what was not written by us: nobody holds that. */
function parseHolder(claim: string): LockHolder | undefined {
  try {
    return holderSchema.parse(JSON.parse(claim));
  } catch {
    return undefined;
  }
}

function removeGuard(guard: string): void {
  try {
    rmdirSync(guard);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}
