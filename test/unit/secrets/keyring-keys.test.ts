import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { keyringProblemWords } from "../../../contract/mesh/key-store.ts";
import type { BackendKeysOptions } from "../../../sidecar/secrets/backend-keys.ts";
import { proxySecretOf } from "../../../sidecar/secrets/backend-keys.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { openBackendKeys } from "../../support/open-backend-keys.ts";
import { RecordingLog } from "../../support/recording-log.ts";
import { StandInKeyring } from "../../support/stand-in-keyring.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const text = () => readFileSync(folder.join("backend-keys.json"), "utf8");
const origin = "https://a.example";
const never = new AbortController().signal;
const open = (options: Partial<BackendKeysOptions>) => openBackendKeys(folder.path, options);

/** What the keys say at the end of a start. */
async function restarted(options: Partial<BackendKeysOptions>) {
  const keys = await open(options);
  await keys.settle();
  return keys;
}

describe("a backend's key in the keyring (stand-in)", () => {
  it.each(["auto", "keyring"] as const)("lies there and nowhere else with %s", async (wish) => {
    const keyring = new StandInKeyring();
    const keys = await open({ keyring, wish });
    const set = keys.set("server", origin, "sk-1");
    // Its first question may come before it has been put away.
    expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
    await set;
    expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
    expect([...keyring.secrets.values()]).toEqual(["sk-1"]);
    expect(text()).not.toContain("sk-1");
    expect(keys.state).toMatchObject({ inFile: 0, inKeyring: 1, problem: null });
  });

  it("is read once after a restart, with all others, and not before a start asks for any", async () => {
    const keyring = new StandInKeyring();
    const before = await open({ keyring, wish: "keyring" });
    await before.set("one", origin, "sk-1");
    await before.set(proxySecretOf("one"), "http://proxy", "dTpw");
    keyring.visits.length = 0;
    const keys = await open({ keyring, wish: "keyring" });
    expect(keyring.visits).toEqual([]);
    expect(keys.isAtHand("one")).toBe(false);
    expect(keys.read("one", origin)).toBe("not-at-hand");
    await Promise.all([keys.settle(), keys.fetch("one", never), keys.fetch(proxySecretOf("one"), never)]);
    expect(keyring.visits).toHaveLength(1);
    expect(keys.read("one", origin)).toEqual({ key: "sk-1" });
    expect(keys.read(proxySecretOf("one"), "http://proxy")).toEqual({ key: "dTpw" });
  });

  it("costs no visit where no key lies there", async () => {
    const keyring = new StandInKeyring();
    const keys = await restarted({ keyring, wish: "auto" });
    await keys.fetch("server", never);
    expect(keyring.visits).toEqual([]);
  });

  it.each(["locked", "no-service", "no-answer", "no-library", "refused"] as const)(
    "that is %s is an error that says so, and is asked for again later",
    async (problem) => {
      const keyring = new StandInKeyring();
      await (await open({ keyring, wish: "keyring" })).set("server", origin, "sk-1");
      const clock = new ManualClock();
      const log = new RecordingLog();
      keyring.problem = problem;
      const keys = await restarted({ keyring, wish: "keyring", clock, log });
      const refusal = {
        code: "backend_key_unavailable",
        params: { backend: "server", problem: keyringProblemWords(problem) },
      };
      await expect(keys.fetch("server", never)).rejects.toMatchObject(refusal);
      const { length } = keyring.visits;
      await expect(keys.fetch("server", never)).rejects.toMatchObject(refusal);
      expect(keyring.visits).toHaveLength(length);
      expect(keys.read("server", origin)).toBe("not-at-hand");
      keyring.problem = null;
      clock.advance(10_000);
      await keys.fetch("server", never);
      expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
      expect(JSON.stringify(log.records)).not.toContain("sk-1");
    },
  );

  it("that somebody has deleted there is an error, until it is given anew", async () => {
    const keyring = new StandInKeyring();
    await (await open({ keyring, wish: "keyring" })).set("server", origin, "sk-1");
    keyring.secrets.clear();
    const keys = await restarted({ keyring, wish: "keyring" });
    const refusal = {
      code: "backend_key_unavailable",
      params: { backend: "server", problem: keyringProblemWords("not-there") },
    };
    await expect(keys.fetch("server", never)).rejects.toMatchObject(refusal);
    await keys.set("server", origin, "sk-2");
    expect(keys.isAtHand("server")).toBe(true);
    expect([...keyring.secrets.values()]).toEqual(["sk-2"]);
  });

  it("does not hold up who has given up waiting", async () => {
    const keyring = new StandInKeyring();
    await (await open({ keyring, wish: "keyring" })).set("server", origin, "sk-1");
    const held = Promise.withResolvers<void>();
    keyring.beside = () => held.promise;
    const keys = await open({ keyring, wish: "keyring" });
    const controller = new AbortController();
    const waiting = keys.fetch("server", controller.signal);
    controller.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    held.resolve();
  });

  it("goes with its backend, the proxy's too, and later where the keyring is locked", async () => {
    const keyring = new StandInKeyring();
    const keys = await open({ keyring, wish: "keyring" });
    await keys.set("gone", origin, "sk-1");
    await keys.set(proxySecretOf("gone"), "http://proxy", "dTpw");
    await keys.set("other", origin, "sk-2");
    keyring.problem = "locked";
    await keys.delete("gone");
    expect(keys.has("gone")).toBe(false);
    keyring.problem = null;
    await restarted({ keyring, wish: "keyring" });
    expect([...keyring.secrets.values()]).toEqual(["sk-2"]);
  });

  it("that takes another's place leaves nothing of it", async () => {
    const keyring = new StandInKeyring();
    const keys = await open({ keyring, wish: "auto" });
    await keys.set("server", origin, "sk-1");
    await keys.set("server", origin, "sk-2");
    expect([...keyring.secrets.values()]).toEqual(["sk-2"]);
    expect(keys.read("server", origin)).toEqual({ key: "sk-2" });
  });
});

describe("a keyring (stand-in) that takes no key", () => {
  it.each(["locked", "no-service", "no-answer"] as const)(
    "being %s leaves it to the file with auto",
    async (problem) => {
      const keyring = new StandInKeyring();
      keyring.problem = problem;
      const keys = await open({ keyring, wish: "auto" });
      await keys.set("server", origin, "sk-1");
      expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
      expect(keys.state).toMatchObject({ inFile: 1, inKeyring: 0, problem });
      expect(text()).toContain("sk-1");
    },
  );

  it("is never asked where the file was set, a folder holds all, nobody is logged in, or it might ask a person", async () => {
    const desktop = { platform: "linux", hasOwnHome: false, hasSession: true } as const;
    for (const options of [
      { wish: "file", surroundings: desktop },
      { wish: "auto", surroundings: { ...desktop, hasOwnHome: true } },
      { wish: "auto", surroundings: { ...desktop, hasSession: false } },
      { wish: "auto", surroundings: { ...desktop, platform: "darwin" } },
    ] as const) {
      const keyring = new StandInKeyring();
      const keys = await restarted({ keyring, ...options });
      await keys.checkStore();
      await keys.set("server", origin, "sk-1");
      await keys.delete("server");
      expect(keyring.visits).toEqual([]);
    }
  });

  it("has a new key refused where only it may have it, and the former goes on", async () => {
    const keyring = new StandInKeyring();
    const keys = await open({ keyring, wish: "keyring" });
    await keys.set("server", origin, "sk-1");
    keyring.problem = "locked";
    await expect(keys.checkStore()).rejects.toMatchObject({ code: "keyring_unavailable" });
    await expect(keys.set("server", origin, "sk-2")).rejects.toMatchObject({ code: "keyring_unavailable" });
    expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
    expect(text()).not.toContain("sk-2");
  });

  it("gives back something else: the file keeps what it had", async () => {
    await (await open({})).set("server", origin, "sk-1");
    const keyring = new StandInKeyring();
    keyring.garbles = true;
    const keys = await restarted({ keyring, wish: "keyring" });
    expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
    expect(text()).toContain("sk-1");
    expect(keyring.secrets.size).toBe(0);
  });
});

describe("a key in two places", () => {
  it("counts as the file says, which names one place; the other is emptied", async () => {
    const keyring = new StandInKeyring([["server/0", "sk-keyring"]]);
    const both = { origin, key: "sk-file", account: "server/0" };
    writeFileSync(folder.join("backend-keys.json"), JSON.stringify({ format: 1, content: { keys: { server: both } } }));
    const keys = await restarted({ keyring, wish: "auto" });
    expect(keys.read("server", origin)).toEqual({ key: "sk-file" });
    expect(keyring.secrets.size).toBe(0);
  });

  it("does not count from the keyring under a name that the file does not know", async () => {
    const keyring = new StandInKeyring([["server/0", "sk-keyring"]]);
    const keys = await restarted({ keyring, wish: "keyring" });
    expect(keys.read("server", origin)).toBe("none");
  });
});

describe("keys move when the setting changes", () => {
  it("to the keyring and back, and nothing is left behind", async () => {
    const keyring = new StandInKeyring();
    const keys = await open({ keyring, wish: "file" });
    await keys.set("one", origin, "sk-1");
    await keys.set("two", origin, "sk-2");
    await keys.follow("keyring");
    expect(text()).not.toContain("sk-");
    expect([...keyring.secrets.values()].sort()).toEqual(["sk-1", "sk-2"]);
    await keys.follow("file");
    expect(keyring.secrets.size).toBe(0);
    expect(text()).toContain("sk-1");
    for (const [name, key] of [
      ["one", "sk-1"],
      ["two", "sk-2"],
    ] as const) {
      expect(keys.read(name, origin)).toEqual({ key });
    }
  });

  it("not with auto, which leaves each where it is", async () => {
    const keyring = new StandInKeyring();
    const keys = await open({ keyring, wish: "keyring" });
    await keys.set("one", origin, "sk-1");
    await keys.follow("file");
    await keys.set("two", origin, "sk-2");
    await keys.follow("auto");
    expect(keys.state).toMatchObject({ inFile: 2, inKeyring: 0 });
  });

  it("while no node ran, too; from a keyring that is locked as soon as it can be", async () => {
    const keyring = new StandInKeyring();
    await (await open({ keyring, wish: "keyring" })).set("one", origin, "sk-1");
    keyring.problem = "locked";
    expect((await restarted({ keyring, wish: "file" })).state).toMatchObject({ inFile: 0, inKeyring: 1 });
    keyring.problem = null;
    expect((await restarted({ keyring, wish: "file" })).state).toMatchObject({ inFile: 1, inKeyring: 0 });
    expect(keyring.secrets.size).toBe(0);
  });

  it("from a file of the first format, of which no copy with keys stays", async () => {
    const former = { format: 0, content: { server: { origin, key: "sk-1" } } };
    writeFileSync(folder.join("backend-keys.json"), JSON.stringify(former));
    const keyring = new StandInKeyring();
    const keys = await restarted({ keyring, wish: "keyring" });
    expect(keys.read("server", origin)).toEqual({ key: "sk-1" });
    expect(text()).not.toContain("sk-1");
    expect(existsSync(folder.join("backend-keys.json.format-0.bak"))).toBe(false);
  });
});

/** What a node finds that starts after the one before was killed at some moment: the file and the keyring as they were then. */
interface Remains {
  readonly folder: string;
  readonly secrets: readonly (readonly [string, string])[];
}

describe("a node that is killed while keys move (stand-in)", () => {
  it.each([
    ["to the keyring", "file", "keyring"],
    ["to the file", "keyring", "file"],
  ] as const)("%s loses none and leaves none behind", async (_what, from, to) => {
    const keyring = new StandInKeyring();
    await (await open({ keyring, wish: from })).set("one", origin, "sk-1");
    const remains: Remains[] = [];
    keyring.beside = async () => {
      const copy = folder.join(`killed-${remains.length}`);
      mkdirSync(copy);
      cpSync(folder.join("backend-keys.json"), `${copy}/backend-keys.json`);
      remains.push({ folder: copy, secrets: [...keyring.secrets] });
    };
    await restarted({ keyring, wish: to });
    expect(remains.length).toBeGreaterThan(1);
    for (const wish of ["file", "keyring", "auto"] as const) {
      for (const { folder: path, secrets } of remains) {
        const later = new StandInKeyring(secrets);
        const state = `${path}-${wish}`;
        cpSync(path, state, { recursive: true });
        const keys = await openBackendKeys(state, { keyring: later, wish });
        await keys.settle();
        expect(keys.read("one", origin)).toEqual({ key: "sk-1" });
        const { inFile, inKeyring } = keys.state;
        expect(inFile + inKeyring).toBe(1);
        expect(later.secrets.size).toBe(inKeyring);
      }
    }
  });
});
