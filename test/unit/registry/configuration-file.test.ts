import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { afterEach, describe, expect, it } from "vitest";
import type { ConfigurationState } from "../../../contract/mesh/configuration-state.ts";
import type { Clock } from "../../../sidecar/platform/clock.ts";
import { Disposables } from "../../../sidecar/platform/disposables.ts";
import type { Configuration } from "../../../sidecar/registry/configuration.ts";
import { ConfigurationFile } from "../../../sidecar/registry/configuration-file.ts";
import { ConfigurationHistory } from "../../../sidecar/registry/configuration-history.ts";
import { ConfigurationWatch } from "../../../sidecar/registry/watch-configuration.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const configFolder = () => folder.join("config");
const path = () => folder.join("config", "config.yaml");
const write = (text: string) => writeFileSync(path(), text);
const named = (name: string) => `node: { name: ${name} }\nrouting: { privacy: lan }\n`;

const resources: Disposables[] = [];
afterEach(async () => {
  for (const each of resources.splice(0)) await each.dispose();
});

/** A watch takes its pauses from this: everything that is waited for comes at once. */
const impatientClock: Clock = {
  now: () => performance.now(),
  after: (_delayMs, callback) => {
    const timer = setTimeout(callback, 5);
    return { dispose: () => clearTimeout(timer) };
  },
};

async function open(text?: string) {
  mkdirSync(configFolder(), { recursive: true });
  if (text !== undefined) write(text);
  const history = new ConfigurationHistory({
    stateFolder: folder.path,
    today: () => Date.parse("2026-11-21T17:00:00Z"),
    onProblem: (reason) => expect.fail(reason),
  });
  const file = await ConfigurationFile.open({ path: path(), env: {}, history });
  const changes: Configuration[] = [];
  const states: ConfigurationState[] = [];
  file.onDidChange((configuration) => changes.push(configuration));
  file.onDidChangeState((state) => states.push(state));
  const texts = async () => await Promise.all((await history.list()).map(({ id }) => history.read(id)));
  return { file, history, changes, states, texts };
}

describe("a change by hand", () => {
  it("counts when it is valid, and says which settings wait for a restart", async () => {
    const { file, changes, states } = await open(named("a"));
    write("node: { name: b }\nrouting: { privacy: local }\ngateway: { port: 1 }\n");
    await file.reload();
    expect(file.configuration.routing.privacy).toBe("local");
    expect(changes).toHaveLength(1);
    expect(states).toEqual([{ problem: null, needsRestart: ["node.name", "gateway.port"] }]);
    write(named("a"));
    await file.reload();
    expect(file.state).toEqual({ problem: null, needsRestart: [] });
  });

  it("does not count when it is not valid, is told with its place, and no more once it is mended", async () => {
    const { file, changes, states } = await open(named("a"));
    write("routing:\n  privacy: nearby\n");
    await file.reload();
    await file.reload();
    expect(file.configuration.routing.privacy).toBe("lan");
    expect(states).toEqual([
      { problem: { line: 2, column: 12, reason: expect.stringMatching(/^routing\.privacy: /) }, needsRestart: [] },
    ]);
    write(named("a"));
    await file.reload();
    expect(states.at(-1)).toEqual({ problem: null, needsRestart: [] });
    expect(changes).toEqual([]);
  });

  it("of comments alone tells nobody", async () => {
    const { file, changes, states } = await open(named("a"));
    write(`# mine\n${named("a")}`);
    await file.reload();
    expect([changes, states]).toEqual([[], []]);
    expect(file.text).toContain("# mine");
  });

  it("that takes the file away changes nothing but is told: the defaults are seldom meant", async () => {
    const { file } = await open(named("a"));
    rmSync(path());
    await file.reload();
    expect(file.configuration.node.name).toBe("a");
    expect(file.state.problem?.reason).toContain("not there any more");
    await expect(file.edit((document) => document.set("log", {}))).rejects.toMatchObject({
      code: "configuration_invalid",
    });
    write(named("a"));
    await file.reload();
    expect(file.state.problem).toBeNull();
  });

  it("is taken on before the node changes something, and by everybody", async () => {
    const { file, changes } = await open(named("a"));
    write("routing: { privacy: mine }\n");
    await file.edit((document) => document.setIn(["routing", "strategy"], "weighted"));
    expect(changes.map(({ routing }) => [routing.privacy, routing.strategy])).toEqual([
      ["mine", "auto"],
      ["mine", "weighted"],
    ]);
  });
});

describe("a watched file", () => {
  async function watched(text?: string) {
    const opened = await open(text);
    const own = new Disposables();
    resources.push(own);
    const { file } = opened;
    own.add(await ConfigurationWatch.start({ path: path(), onChange: () => file.reload(), clock: impatientClock }));
    const untilNamed = async (name: string) => await expect.poll(() => file.configuration.node.name).toBe(name);
    return { ...opened, untilNamed };
  }

  it("is read again when somebody writes into it", async () => {
    const { untilNamed } = await watched(named("a"));
    write(named("b"));
    await untilNamed("b");
    write(named("c"));
    await untilNamed("c");
  });

  it("is read again when an editor renames another one over it, again and again", async () => {
    const { untilNamed } = await watched(named("a"));
    for (const name of ["b", "c", "d"]) {
      writeFileSync(folder.join("config", ".config.yaml.swp"), named(name));
      renameSync(folder.join("config", ".config.yaml.swp"), path());
      await untilNamed(name);
    }
  });

  it("is read when it is there for the first time", async () => {
    const { untilNamed } = await watched();
    write(named("b"));
    await untilNamed("b");
  });

  it("is found again when its whole folder is replaced, and watched there", async () => {
    const { untilNamed } = await watched(named("a"));
    mkdirSync(folder.join("other"));
    writeFileSync(folder.join("other", "config.yaml"), named("b"));
    renameSync(configFolder(), folder.join("former"));
    renameSync(folder.join("other"), configFolder());
    await untilNamed("b");
    write(named("c"));
    await untilNamed("c");
  });

  it("is read again when it is a link and what it leads to changes", async () => {
    mkdirSync(folder.join("dotfiles"));
    mkdirSync(configFolder());
    writeFileSync(folder.join("dotfiles", "mesh.yaml"), named("a"));
    symlinkSync(folder.join("dotfiles", "mesh.yaml"), path());
    const { untilNamed } = await watched();
    writeFileSync(folder.join("dotfiles", "mesh.yaml"), named("b"));
    await untilNamed("b");
  });
});

describe("the history", () => {
  it("holds each text that has counted once, the newest first, whoever has changed it", async () => {
    const { file, texts } = await open(named("a"));
    write(named("b"));
    await file.reload();
    await file.edit((document) => document.setIn(["routing", "privacy"], "mine"));
    const edited = readFileSync(path(), "utf8");
    write("nonsense: 1\n");
    await file.reload();
    expect(await texts()).toEqual([edited, named("b"), named("a")]);
    write(named("a"));
    await file.reload();
    expect(await texts()).toEqual([named("a"), edited, named("b")]);
  });

  it("also knows what was there when the node was not", async () => {
    await open(named("a"));
    const { texts } = await open(named("b"));
    expect(await texts()).toEqual([named("b"), named("a")]);
  });

  it("keeps twenty, and no more than four megabytes", async () => {
    const { file, history, texts } = await open(named("a"));
    for (let number = 1; number <= 25; number++) {
      write(named(`n${number}`));
      await file.reload();
    }
    const kept = await texts();
    expect(kept).toHaveLength(20);
    expect(kept[0]).toBe(named("n25"));
    for (let number = 1; number <= 6; number++) await history.keep(`# ${number}${" ".repeat(1_000_000)}`);
    const bytes = (await history.list()).reduce((sum, version) => sum + version.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(4 * 1024 * 1024);
  });

  it("brings a text back, which is a change as well: once more, and it is as before", async () => {
    const { file, history, changes } = await open(named("a"));
    write(named("b"));
    await file.reload();
    await file.restore((await history.list())[1]?.id ?? "");
    expect(readFileSync(path(), "utf8")).toBe(named("a"));
    await file.restore((await history.list())[1]?.id ?? "");
    expect(readFileSync(path(), "utf8")).toBe(named("b"));
    expect(changes.map(({ node }) => node.name)).toEqual(["b", "a", "b"]);
  });

  it("brings a text back in place of one that is not valid, and keeps that too", async () => {
    const { file, history, texts } = await open(named("a"));
    write("half a thou");
    await file.reload();
    await file.restore((await history.list())[0]?.id ?? "");
    expect(file.state.problem).toBeNull();
    expect(await texts()).toEqual([named("a"), "half a thou"]);
  });

  it.each(["../../etc/passwd", "", "20261121T170000000Z-000000000000", "config"])(
    "does not know a version called %j",
    async (id) => {
      const { file } = await open(named("a"));
      await expect(file.restore(id)).rejects.toMatchObject({ code: "configuration_version_unknown" });
    },
  );

  it("refuses a text that is not valid any more, and changes nothing", async () => {
    const { file, history } = await open(named("a"));
    await history.keep("nonsense: 1\n");
    const [broken] = await history.list();
    await expect(file.restore(broken?.id ?? "")).rejects.toMatchObject({ code: "configuration_invalid" });
    expect(readFileSync(path(), "utf8")).toBe(named("a"));
  });
});
