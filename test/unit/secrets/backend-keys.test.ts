import { chmodSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { backendKeySchema } from "../../../sidecar/secrets/key-index.ts";
import { openBackendKeys } from "../../support/open-backend-keys.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const file = () => folder.join("backend-keys.json");
const mode = () => statSync(file()).mode & 0o777;

describe("a backend's key", () => {
  it("is given for the address that it was set for, and for no other", async () => {
    const keys = await openBackendKeys(folder.path);
    await keys.set("server", "https://a.example", "sk-1");
    expect(keys.read("server", "https://a.example")).toEqual({ key: "sk-1" });
    for (const origin of ["http://a.example", "https://a.example:444", "https://b.example", ""]) {
      expect(keys.read("server", origin)).toBe("of-other-address");
    }
    expect(keys.read("other", "https://a.example")).toBe("none");
    expect(keys.read("constructor", "https://a.example")).toBe("none");
  });

  it("is still there after a restart, and gone once it was deleted", async () => {
    const before = await openBackendKeys(folder.path);
    await before.set("server", "https://a.example", "sk-1");
    const keys = await openBackendKeys(folder.path);
    expect(keys.has("server")).toBe(true);
    await keys.delete("server");
    expect(keys.has("server")).toBe(false);
    expect(readFileSync(file(), "utf8")).not.toContain("sk-1");
  });

  it("can be read by its owner alone, also where the file was open to others", async () => {
    await (await openBackendKeys(folder.path)).set("server", "https://a.example", "sk-1");
    expect(mode()).toBe(0o600);
    chmodSync(file(), 0o644);
    await openBackendKeys(folder.path);
    expect(mode()).toBe(0o600);
  });

  it("of a damaged file is not guessed: the file is moved aside", async () => {
    writeFileSync(file(), "{");
    const keys = await openBackendKeys(folder.path);
    expect(keys.has("server")).toBe(false);
    expect(readFileSync(`${file()}.damaged`, "utf8")).toBe("{");
  });

  it.each(["", "two words", "a\r\nx-admin: 1", "ü", "x".repeat(4097)])("cannot be %j", (key) =>
    expect(backendKeySchema.safeParse(key).success).toBe(false),
  );
});
