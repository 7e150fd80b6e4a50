import { readdirSync, readFileSync, statSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import { FileLog, type FileLogOptions, type LogLevel, logLevels } from "../../../sidecar/platform/log.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const logs: FileLog[] = [];
afterEach(() => {
  for (const log of logs.splice(0)) log.dispose();
});

function open(options: Partial<FileLogOptions> = {}): FileLog {
  const log = new FileLog({ folder: folder.path, level: "info", ...options });
  logs.push(log);
  return log;
}
const lines = (name = "node.log"): Record<string, unknown>[] =>
  readFileSync(folder.join(name), "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as Record<string, unknown>);

describe("a record", () => {
  it("is one line of JSON with time, level, event, process and fields", () => {
    const now = () => new Date("2026-01-02T03:04:05.678Z");
    open({ now }).info("model.loaded", { model: "two\nlines", sizeBytes: 7, isDemo: true, error: null });
    expect(lines()).toEqual([
      {
        time: "2026-01-02T03:04:05.678Z",
        level: "info",
        event: "model.loaded",
        pid: process.pid,
        model: "two\nlines",
        sizeBytes: 7,
        isDemo: true,
        error: null,
      },
    ]);
  });

  it("holds no credential, whatever a field contains", () => {
    open().error("x", { reason: "401 for Authorization: Bearer abcdefgh12345678", url: "https://me:pass@host/v1" });
    const text = readFileSync(folder.join("node.log"), "utf8");
    expect(text).not.toMatch(/abcdefgh12345678|me:pass/);
    expect(text).toContain("[redacted]");
  });

  it("cuts a field that is too long, and says so", () => {
    open().info("x", { model: "m".repeat(100_000) });
    const model = String(lines()[0]?.model);
    expect(model).toHaveLength(2001);
    expect(model.endsWith("m…")).toBe(true);
  });

  it("leaves nothing of a credential at the place where a long field is cut", () => {
    open().info("x", { reason: `${"x".repeat(1984)} im-abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG` });
    expect(readFileSync(folder.join("node.log"), "utf8")).not.toContain("im-abc");
  });
});

describe("the level", () => {
  it.each(logLevels)("%s writes itself and what is worse", (level: LogLevel) => {
    const log = open({ level });
    for (const each of logLevels) log[each](`an ${each}`);
    expect(lines().map((line) => line.level)).toEqual(logLevels.slice(0, logLevels.indexOf(level) + 1));
  });
});

describe("the files", () => {
  const maxBytes = 1000;
  const fill = (log: FileLog, count: number): void => {
    for (let index = 0; index < count; index++) log.info("line", { index, padding: "x".repeat(50) });
  };

  it("are private", () => {
    open({ folder: folder.join("new", "logs") }).info("x");
    expect(statSync(folder.join("new", "logs")).mode & 0o777).toBe(0o700);
    expect(statSync(folder.join("new", "logs", "node.log")).mode & 0o777).toBe(0o600);
  });

  it("are as many as asked for, none larger than asked for", () => {
    fill(open({ maxBytes, keep: 2 }), 200);
    expect(readdirSync(folder.path).sort()).toEqual(["node.log", "node.log.1", "node.log.2"]);
    for (const name of readdirSync(folder.path)) {
      expect(statSync(folder.join(name)).size).toBeLessThanOrEqual(maxBytes);
    }
  });

  it("hold the newest records without a gap, in order from the oldest file to the newest", () => {
    fill(open({ maxBytes, keep: 2 }), 200);
    const indexes = ["node.log.2", "node.log.1", "node.log"].flatMap(lines).map((line) => Number(line.index));
    expect(indexes).toEqual(Array.from({ length: indexes.length }, (_, index) => 200 - indexes.length + index));
    expect(indexes.length).toBeGreaterThan(10);
  });

  it("go on where an earlier process stopped", () => {
    open({ maxBytes }).info("first");
    open({ maxBytes }).info("second");
    expect(lines().map((line) => line.event)).toEqual(["first", "second"]);
  });

  it("count what an earlier process wrote towards the size", () => {
    fill(open({ maxBytes }), 6);
    fill(open({ maxBytes }), 6);
    expect(readdirSync(folder.path)).toContain("node.log.1");
    expect(statSync(folder.join("node.log")).size).toBeLessThanOrEqual(maxBytes);
  });

  it("take a record that is larger than a whole file", () => {
    const log = open({ maxBytes });
    log.info("large", { padding: "x".repeat(1500) });
    log.info("small");
    expect(lines("node.log.1").map((line) => line.event)).toEqual(["large"]);
    expect(lines().map((line) => line.event)).toEqual(["small"]);
  });
});

it("is silent once disposed, and may be disposed twice", () => {
  const log = open();
  log.info("before");
  log.dispose();
  log.dispose();
  log.error("after");
  expect(lines().map((line) => line.event)).toEqual(["before"]);
});
