import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { redact } from "../../../sidecar/platform/redact.ts";
import { KeyFile } from "../../../sidecar/secrets/key-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const path = (): string => folder.join("gateway.key");
const stored = (): string => readFileSync(path(), "utf8").trim();
const someKey = `im-${"a".repeat(43)}`;

describe("the first use", () => {
  it("makes a random key of 256 bits in a file that only its owner can read", async () => {
    const key = await KeyFile.open(path());
    expect(key.path).toBe(path());
    expect(stored()).toMatch(/^im-[A-Za-z0-9_-]{43}$/);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
    await KeyFile.open(folder.join("other.key"));
    expect(readFileSync(folder.join("other.key"), "utf8").trim()).not.toBe(stored());
  });

  it("makes a key that the log would never show", async () => {
    await KeyFile.open(path());
    expect(redact(`the key ${stored()} is`)).toBe("the key [redacted] is");
  });

  it("is told when the folder is not there", async () => {
    await expect(KeyFile.open(folder.join("missing", "key"))).rejects.toMatchObject({ code: "folder_unwritable" });
  });
});

describe("a key that is there", () => {
  it("is kept", async () => {
    writeFileSync(path(), `${someKey}\n`, { mode: 0o600 });
    const key = await KeyFile.open(path());
    expect(stored()).toBe(someKey);
    expect(key.matches(someKey)).toBe(true);
  });

  it.each([0o644, 0o640, 0o604, 0o666])("is closed to others when its mode is %o", async (mode) => {
    writeFileSync(path(), someKey);
    chmodSync(path(), mode);
    expect((await KeyFile.open(path())).matches(someKey)).toBe(true);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it.each([
    ["empty", ""],
    ["cut off", "im-abc"],
    ["weak", "password"],
    ["followed by something", `${someKey} ${someKey}`],
  ])("is replaced when it is %s, so that an empty key never opens the gateway", async (_name, text) => {
    writeFileSync(path(), text);
    const key = await KeyFile.open(path());
    expect(key.matches(text)).toBe(false);
    expect(key.matches(stored())).toBe(true);
    expect(statSync(path()).mode & 0o777).toBe(0o600);
  });

  it("that is a folder is refused", async () => {
    mkdirSync(path());
    await expect(KeyFile.open(path())).rejects.toMatchObject({
      code: "folder_unwritable",
      params: { path: path(), reason: "EISDIR" },
    });
  });
});

describe("comparing", () => {
  it("takes the key and nothing else", async () => {
    writeFileSync(path(), someKey);
    const key = await KeyFile.open(path());
    expect(key.matches(someKey)).toBe(true);
    for (const wrong of ["", "im-", someKey.slice(0, -1), `${someKey}a`, ` ${someKey}`, someKey.toUpperCase()]) {
      expect(key.matches(wrong), wrong).toBe(false);
    }
  });

  it("needs no copy of the key in memory", async () => {
    writeFileSync(path(), someKey);
    expect(inspect(await KeyFile.open(path()), { showHidden: true, depth: 5 })).not.toContain(someKey);
  });
});
