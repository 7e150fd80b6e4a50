import { createHash } from "node:crypto";
import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { apiKeyNameSchema } from "../../../contract/mesh/api-key.ts";
import { ApiKeys } from "../../../sidecar/secrets/api-keys.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const path = () => folder.join("api-keys.json");
const start = Date.parse("2030-01-01T00:00:00.000Z");
const at = (ms: number) => new Date(start + ms).toISOString();

async function open(clock = new ManualClock()) {
  const keys = await ApiKeys.open({ stateFolder: folder.path, clock, today: () => start + clock.now() });
  return { keys, clock };
}

describe("a key that was made", () => {
  it("is recognised with all that was set, also after a restart", async () => {
    const { keys } = await open();
    const { key, summary } = await keys.create("ci", { models: ["m"], privacy: "lan", requestsPerMinute: 5 });
    expect(key).toMatch(/^im-[A-Za-z0-9_-]{43}$/);
    expect(summary).toMatchObject({ name: "ci", models: ["m"], privacy: "lan", requestsPerMinute: 5, enabled: true });
    expect(keys.find(key)?.summary).toEqual(summary);
    const again = await open();
    expect(again.keys.find(key)?.summary).toEqual(summary);
    expect(again.keys.list()).toEqual([summary]);
  });

  it("is stored as a digest alone, in a file that only its owner can read", async () => {
    const { keys } = await open();
    const { key } = await keys.create("ci", {});
    const text = readFileSync(path(), "utf8");
    expect(text).not.toContain(key.slice(3));
    expect(text).toContain(createHash("sha256").update(key).digest("hex"));
    expect(JSON.stringify(keys.list())).not.toContain(createHash("sha256").update(key).digest("hex"));
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    chmodSync(path(), 0o644);
    await open();
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it("is found by nothing but the whole key", async () => {
    const { keys } = await open();
    const { key } = await keys.create("ci", {});
    const last = key.endsWith("A") ? "B" : "A";
    const digest = createHash("sha256").update(key).digest("hex");
    for (const other of [key.slice(0, -1), `${key.slice(0, -1)}${last}`, `${key}A`, digest, "ci", "", "constructor"]) {
      expect(keys.find(other), other.length.toString()).toBeUndefined();
    }
  });

  it("has a name of its own", async () => {
    const { keys } = await open();
    await keys.create("ci", {});
    await expect(keys.create("ci", {})).rejects.toMatchObject({ code: "api_key_exists" });
    await expect(keys.edit("other", {})).rejects.toMatchObject({ code: "api_key_unknown" });
    await expect(keys.revoke("other")).rejects.toMatchObject({ code: "api_key_unknown" });
    for (const name of ["gateway", "", "two words", "a\u001b[2J", "x".repeat(65)]) {
      expect(apiKeyNameSchema.safeParse(name).success, name).toBe(false);
    }
  });

  it("is not guessed from a damaged file: no named key works, and the file is kept", async () => {
    const { keys } = await open();
    const { key } = await keys.create("ci", {});
    writeFileSync(path(), "[");
    const again = await open();
    expect(again.keys.find(key)).toBeUndefined();
    expect(readFileSync(`${path()}.damaged`, "utf8")).toBe("[");
  });
});

describe("a key that ends", () => {
  const ended = (signal: AbortSignal | undefined): string | null =>
    signal?.aborted === true ? (signal.reason as { code: string }).code : null;

  it("is unknown once revoked, and what it has open is told so", async () => {
    const { keys } = await open();
    const { key } = await keys.create("ci", {});
    const other = await keys.create("other", {});
    const [signal, untouched] = [keys.find(key)?.ended, keys.find(other.key)?.ended];
    await keys.revoke("ci");
    expect(ended(signal)).toBe("wrong_key");
    expect(ended(untouched)).toBe(null);
    expect(keys.find(key)).toBeUndefined();
    expect((await open()).keys.find(key)).toBeUndefined();
  });

  it("does not come back with a new one of its name", async () => {
    const { keys } = await open();
    const old = await keys.create("ci", {});
    await keys.revoke("ci");
    const made = await keys.create("ci", {});
    expect(keys.find(old.key)).toBeUndefined();
    expect(keys.find(made.key)?.summary.id).not.toBe(old.summary.id);
  });

  it("is refused while it is switched off, and works when it is on again", async () => {
    const { keys } = await open();
    const { key } = await keys.create("ci", {});
    const before = keys.find(key)?.ended;
    await keys.edit("ci", { enabled: false });
    expect(ended(before)).toBe("key_disabled");
    expect(() => keys.find(key)).toThrow(expect.objectContaining({ code: "key_disabled" }));
    await keys.edit("ci", { enabled: true });
    expect(ended(keys.find(key)?.ended)).toBe(null);
  });

  it("expires at its moment, and says so", async () => {
    const { keys, clock } = await open();
    const { key } = await keys.create("ci", { expiresAt: at(100_000) });
    const signal = keys.find(key)?.ended;
    clock.advance(99_999);
    expect(ended(signal)).toBe(null);
    expect(keys.find(key)).toBeDefined();
    clock.advance(1);
    expect(ended(signal)).toBe("key_expired");
    expect(() => keys.find(key)).toThrow(expect.objectContaining({ code: "key_expired" }));
    expect(clock.pending).toBe(0);
    await keys.edit("ci", { expiresAt: null });
    expect(keys.find(key)).toBeDefined();
  });

  it("goes on where a change leaves it valid", async () => {
    const { keys } = await open();
    const { key } = await keys.create("ci", {});
    const signal = keys.find(key)?.ended;
    await keys.edit("ci", { models: ["m"], tokensPerMinute: 10 });
    expect(ended(signal)).toBe(null);
    expect(keys.find(key)?.summary).toMatchObject({ models: ["m"], tokensPerMinute: 10 });
  });

  it("leaves no timer behind when the node ends", async () => {
    const { keys, clock } = await open();
    await keys.create("ci", { expiresAt: at(1000) });
    expect(clock.pending).toBe(1);
    keys.dispose();
    expect(clock.pending).toBe(0);
  });
});

it("ends a key whose last millisecond passes while it is looked at", async () => {
  const clock = new ManualClock();
  // Timers may come a little early: at the first look the key still holds, and at the next it does not.
  const looks: number[] = [];
  let date = start;
  const keys = await ApiKeys.open({ stateFolder: folder.path, clock, today: () => looks.shift() ?? date });
  const { key } = await keys.create("ci", { expiresAt: at(50) });
  const { ended } = keys.find(key) ?? {};
  looks.push(start + 49);
  date = start + 50;
  clock.advance(60);
  expect(ended?.reason).toMatchObject({ code: "key_expired" });
});
