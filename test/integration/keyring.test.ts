import { copyFileSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ChildKeyring } from "../../sidecar/secrets/keyring/child-keyring.ts";
import { GnomeKeyring, hasGnomeKeyring } from "../support/gnome-keyring.ts";
import { listOf, StandInServer, streamed } from "../support/stand-in-server.ts";
import { useTemporaryFolder } from "../support/temporary-folder.ts";
import { eventually, finish, isGone, TestNode } from "../support/test-node.ts";

const program = resolve(import.meta.dirname, "../../dist/sidecar/keyring.mjs");
const key = "sk-kept-in-the-keyring";

/** False for a file that has just gone: what is written anew is written beside and renamed. */
function holdsKey(path: string): boolean {
  try {
    return readFileSync(path).includes(key);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw error;
  }
}

it("finds a keyring where one is demanded", () => expect(hasGnomeKeyring || process.env.CI === undefined).toBe(true));

describe("a visit to the keyring", () => {
  const folder = useTemporaryFolder();

  it("fails at once where there is no session", async () => {
    const { PATH } = process.env;
    const keyring = new ChildKeyring({ program, env: { PATH, HOME: "/nonexistent" } });
    await expect(keyring.visit({ read: ["a"] })).rejects.toMatchObject({ problem: "no-service" });
  });

  it("fails where the optional library is not installed", async () => {
    const programs = dirname(program);
    for (const name of readdirSync(programs).filter((each) => each.endsWith(".mjs"))) {
      copyFileSync(join(programs, name), folder.join(name));
    }
    const keyring = new ChildKeyring({ program: folder.join("keyring.mjs"), env: process.env });
    await expect(keyring.visit({})).rejects.toMatchObject({ problem: "no-library" });
  });

  it("fails where its program ends without a word", async () => {
    const keyring = new ChildKeyring({ program: join(program, "nothing"), env: process.env });
    await expect(keyring.visit({})).rejects.toMatchObject({ problem: "no-answer" });
  });
});

describe.skipIf(!hasGnomeKeyring)("GNOME's keyring", () => {
  let gnome: GnomeKeyring;
  beforeAll(async () => {
    gnome = await GnomeKeyring.start();
  });
  afterAll(() => gnome.dispose());

  it("keeps, gives and deletes secrets, also through a restart of its own", async () => {
    await gnome.unlock();
    const keyring = new ChildKeyring({ program, env: gnome.env });
    const write = [
      { account: "a", secret: "sk-1" },
      { account: "b", secret: "ü\n" },
    ];
    expect((await keyring.visit({ write })).written).toEqual(["a", "b"]);
    await gnome.unlock();
    expect((await keyring.visit({ read: ["a", "b", "c"] })).read).toEqual(write);
    expect((await keyring.visit({ delete: ["a", "c"] })).deleted).toEqual(["a", "c"]);
    expect((await keyring.visit({ read: ["a", "b"] })).read).toEqual([write[1]]);
  });

  it("says so when it is locked, and asks nobody", async () => {
    await gnome.unlock();
    const keyring = new ChildKeyring({ program, env: gnome.env });
    await keyring.visit({ write: [{ account: "a", secret: "sk-1" }] });
    await gnome.lock();
    for (const wish of [{}, { read: ["a"] }, { write: [{ account: "a", secret: "sk-2" }] }, { delete: ["a"] }]) {
      await expect(keyring.visit(wish)).rejects.toMatchObject({ problem: "locked" });
    }
    await gnome.unlock();
    expect((await keyring.visit({ read: ["a"] })).read).toEqual([{ account: "a", secret: "sk-1" }]);
  });

  it("is not there when nobody keeps secrets on the bus, and none is started", async () => {
    await gnome.unlock();
    await gnome.leave();
    const keyring = new ChildKeyring({ program, env: gnome.env });
    await expect(keyring.visit({})).rejects.toMatchObject({ problem: "no-service" });
  });

  it("that hangs is given up, and the visit's process with it", async () => {
    await gnome.unlock();
    gnome.hang();
    const keyring = new ChildKeyring({ program, env: gnome.env, limitMs: 300 });
    await expect(keyring.visit({})).rejects.toMatchObject({ problem: "no-answer" });
    const patient = new ChildKeyring({ program, env: gnome.env });
    const visit = expect(patient.visit({})).rejects.toMatchObject({ problem: "no-answer" });
    await patient.dispose();
    await visit;
  });
});

describe.skipIf(!hasGnomeKeyring)("a node on a desktop with GNOME's keyring", () => {
  let gnome: GnomeKeyring;
  let server: StandInServer;
  let node: TestNode;
  beforeEach(async () => {
    gnome = await GnomeKeyring.start();
    await gnome.unlock();
    server = await StandInServer.start({
      "GET /v1/models": listOf({ id: "m" }),
      "POST /v1/chat/completions": streamed,
    });
    node = await TestNode.create({ configuration: configurationOf("keyring") });
    node.env.DBUS_SESSION_BUS_ADDRESS = gnome.busAddress;
  });
  afterEach(async () => {
    await node.dispose();
    await server.dispose();
    await gnome.dispose();
  });

  const configurationOf = (store: string) =>
    `node: { lingerSeconds: 30 }\ngateway: { port: 0 }\nmodels: { otherPrograms: false }\nsecrets: { store: ${store} }\n`;

  async function addBackend() {
    await node.attach();
    const child = node.spawnCli(["backends", "add", "cloud", server.url, "--key-stdin"]);
    child.stdin?.end(key);
    return await finish(child);
  }

  /** Also what it starts anew reads everything anew. */
  async function restart(): Promise<void> {
    const { pid } = node;
    await node.cli("stop", "--force");
    await isGone(pid);
    server.received.length = 0;
    await node.attach();
  }

  async function ask(): Promise<Response> {
    const { url } = (await node.status()).gateway;
    const body = JSON.stringify({ model: "m", stream: true, messages: [{ role: "user", content: "hi" }] });
    const headers = { authorization: `Bearer ${node.key}`, "content-type": "application/json" };
    return await fetch(`${url}/v1/chat/completions`, { method: "POST", headers, body });
  }

  const filesWithKey = (): string[] =>
    readdirSync(node.home, { recursive: true, withFileTypes: true })
      .filter((file) => file.isFile() && holdsKey(join(file.parentPath, file.name)))
      .map(({ name }) => name);

  it("keeps a backend's key there and in no file, and sends it after a restart", async () => {
    expect(await addBackend()).toMatchObject({ code: 0 });
    expect(filesWithKey()).toEqual([]);
    await restart();
    expect((await ask()).status).toBe(200);
    expect(server.received.every(({ headers }) => headers.authorization === `Bearer ${key}`)).toBe(true);
    expect(filesWithKey()).toEqual([]);
    expect((await node.cli("status")).stdout).toContain("1 in the keyring; new ones go to the keyring");
    expect((await node.cli("doctor")).stdout).toContain("the keyring answers (secrets.store: keyring)");
  });

  it("asks nothing of the backend while the keyring is locked, says so, and goes on once it is not", async () => {
    expect(await addBackend()).toMatchObject({ code: 0 });
    await gnome.lock();
    await restart();
    const checked = await node.cli("backends", "check", "cloud");
    expect(checked.stderr).toContain("The key of 'cloud' lies in the keyring, and the keyring is locked");
    const refused = await ask();
    expect(refused.ok).toBe(false);
    expect(server.received).toEqual([]);
    expect((await node.cli("doctor")).stdout).toContain("the keyring is locked");
    await gnome.unlock();
    expect(await eventually(async () => (await node.cli("backends", "check", "cloud")).code === 0, 30_000)).toBe(true);
    expect((await ask()).status).toBe(200);
  });

  it("refuses a key that the keyring cannot take, before anything is changed", async () => {
    await gnome.lock();
    const added = await addBackend();
    expect(added).toMatchObject({ code: 1 });
    expect(added.stderr).toContain("The key was not kept: the keyring is locked.");
    expect(readFileSync(join(node.folders.config, "config.yaml"), "utf8")).toBe(configurationOf("keyring"));
    expect(filesWithKey()).toEqual([]);
  });

  it("brings keys to the file and back as the setting says, and removes them with their backend", async () => {
    expect(await addBackend()).toMatchObject({ code: 0 });
    const path = join(node.folders.config, "config.yaml");
    const edit = (store: string): void => {
      writeFileSync(path, readFileSync(path, "utf8").replace(/store: \w+/, `store: ${store}`));
    };
    const places = async () => {
      const { inFile, inKeyring } = (await node.status()).keyStore ?? {};
      return `${inFile} ${inKeyring}`;
    };
    edit("file");
    expect(await eventually(async () => (await places()) === "1 0")).toBe(true);
    expect(await eventually(() => filesWithKey().join() === "backend-keys.json")).toBe(true);
    edit("keyring");
    expect(await eventually(async () => (await places()) === "0 1")).toBe(true);
    // Told of before the file has been written anew.
    expect(await eventually(() => filesWithKey().length === 0)).toBe(true);
    expect((await ask()).status).toBe(200);
    const index = join(node.folders.state, "backend-keys.json");
    const [account = ""] = /cloud\/[0-9a-f]+/.exec(readFileSync(index, "utf8")) ?? [];
    const keyring = new ChildKeyring({ program, env: gnome.env });
    expect((await keyring.visit({ read: [account] })).read).toEqual([{ account, secret: key }]);
    expect(await node.cli("backends", "remove", "cloud")).toMatchObject({ code: 0 });
    expect((await keyring.visit({ read: [account] })).read).toEqual([]);
    expect(await places()).toBe("0 0");
  });
});
