import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { describe, expect, it } from "vitest";
import type { Backend } from "../../../sidecar/backends/backend.ts";
import { noProxies } from "../../../sidecar/platform/proxy-settings.ts";
import { ConfiguredBackends } from "../../../sidecar/registry/configured-backends.ts";
import { readConfiguration } from "../../../sidecar/registry/read-configuration.ts";
import type { BackendKeys } from "../../../sidecar/secrets/backend-keys.ts";
import { FakeBackend } from "../../support/fake-backend.ts";
import { openBackendKeys } from "../../support/open-backend-keys.ts";
import { openConfigurationFile } from "../../support/open-configuration-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const path = () => folder.join("config.yaml");
const text = () => readFileSync(path(), "utf8");
const write = (content: string) => writeFileSync(path(), content);

interface Opened {
  readonly configured: ConfiguredBackends;
  readonly keys: BackendKeys;
  readonly disposed: string[];
  /** What each change has told. */
  readonly lists: string[][];
}

/** The backends of the file as a node finds it. */
async function open(content?: string, proxies = noProxies): Promise<Opened> {
  if (content !== undefined) write(content);
  const disposed: string[] = [];
  const build = ({ id }: { id: string }): Backend =>
    Object.assign(new FakeBackend({ id }), { dispose: () => void disposed.push(id) });
  const keys = await openBackendKeys(folder.path);
  const configured = new ConfiguredBackends({ file: await openConfigurationFile(path()), keys, proxies, build });
  const lists: string[][] = [];
  configured.onDidChange((list) => void lists.push(list.map(({ id }) => id)));
  return { configured, keys, disposed, lists };
}

const wish = (id: string, url = "http://nas.lan:8000") => ({ id, kind: "openai-compatible" as const, url });
const commented = `# mine
node:
  name: desk # under the window
# servers
backends:
  # the big one
  - id: big
    kind: openai-compatible
    url: http://big.lan:8000 # two cards
    priority: 5
  - { id: small, kind: router, url: http://small.lan:6374 }
log:
  level: debug
`;

describe("adding a backend", () => {
  it.each([
    ["no file", undefined],
    ["an empty file", ""],
    ["comments alone", "# nothing yet\n"],
    ["other settings", "node:\n  name: desk\n"],
    ["an empty list", "backends: []\nnode: { name: desk }\n"],
    ["a key without a value", "backends:\nnode: { name: desk }\n"],
  ])("writes it into %s", async (_what, content) => {
    const { configured, lists } = await open(content);
    await configured.add({ ...wish("nas", "http://nas.lan:8000/v1/"), priority: 3 });
    expect(configured.list.map(({ id }) => id)).toEqual(["nas"]);
    expect(lists).toEqual([["nas"]]);
    expect((await readConfiguration(folder.path, {})).backends).toMatchObject([
      { id: "nas", url: "http://nas.lan:8000", priority: 3, weight: 1 },
    ]);
    for (const line of (content ?? "").split("\n").filter((each) => /^#|desk/.test(each)))
      expect(text()).toContain(line);
    expect(text()).not.toContain("weight");
  });

  it("keeps comments, order and everything else of the file", async () => {
    const { configured } = await open(commented);
    await configured.add(wish("nas"));
    expect(text()).toContain("# under the window");
    expect(text()).toContain("url: http://big.lan:8000 # two cards");
    expect(text().indexOf("# the big one")).toBeLessThan(text().indexOf("id: big"));
    expect(text().indexOf("id: nas")).toBeGreaterThan(text().indexOf("id: small"));
    expect(text().indexOf("log:")).toBeGreaterThan(text().indexOf("id: nas"));
  });

  it.each([
    [wish("nas", "http://169.254.169.254"), "metadata"],
    [wish("nas", "http://u:p@nas.lan"), "credentials"],
    [wish("nas", "gopher://nas"), "http"],
    [wish("Not A Name"), "a-z"],
    [wish("local-engine"), "belongs"],
    [{ ...wish("nas"), privacy: "local" as const }, "wider"],
    [{ ...wish("nas"), privacy: "mine" as const }, "paired"],
    [{ ...wish("nas"), weight: 0 }, "weight"],
  ])("is refused with the reason when it is wrong: %j", async (wrong, reason) => {
    const { configured } = await open(commented);
    await expect(configured.add(wrong)).rejects.toMatchObject({
      code: "backend_invalid",
      params: { problem: expect.stringContaining(reason) },
    });
    expect(text()).toBe(commented);
  });

  it("is refused under a name that is taken, also by hand since the start", async () => {
    const { configured } = await open(commented);
    await expect(configured.add(wish("big"))).rejects.toMatchObject({ code: "backend_exists" });
    write(commented.replace("log:", "  - { id: nas, kind: router, url: http://nas.lan }\nlog:"));
    await expect(configured.add(wish("nas"))).rejects.toMatchObject({ code: "backend_exists" });
    expect(configured.list.map(({ id }) => id)).toEqual(["big", "small", "nas"]);
  });

  it("is refused while the file is not valid, which stays as it is", async () => {
    const { configured } = await open(commented);
    const broken = `${commented}nonsense: 1\n`;
    write(broken);
    await expect(configured.add(wish("nas"))).rejects.toMatchObject({ code: "configuration_invalid" });
    expect(text()).toBe(broken);
    expect(configured.list.map(({ id }) => id)).toEqual(["big", "small"]);
  });

  it("writes no key into the file, and binds it to the address", async () => {
    const { configured, keys } = await open(commented);
    await configured.add(wish("nas", "http://nas.lan:8000/v1"), { key: "sk-secret" });
    expect(text()).not.toContain("sk-secret");
    expect(keys.read("nas", "http://nas.lan:8000")).toEqual({ key: "sk-secret" });
  });

  it("several at once lose none", async () => {
    const { configured } = await open(commented);
    await Promise.all(["a", "b", "c", "d"].map((id) => configured.add(wish(id))));
    expect((await readConfiguration(folder.path, {})).backends.map(({ id }) => id)).toEqual([
      "big",
      "small",
      "a",
      "b",
      "c",
      "d",
    ]);
  });

  it("leaves the file's mode, and a link to it, as they are", async () => {
    mkdirSync(folder.join("dotfiles"));
    writeFileSync(folder.join("dotfiles", "config.yaml"), commented);
    chmodSync(folder.join("dotfiles", "config.yaml"), 0o640);
    symlinkSync(folder.join("dotfiles", "config.yaml"), path());
    const { configured } = await open();
    await configured.add(wish("nas"));
    expect(lstatSync(path()).isSymbolicLink()).toBe(true);
    expect(statSync(folder.join("dotfiles", "config.yaml")).mode & 0o777).toBe(0o640);
    expect(readFileSync(folder.join("dotfiles", "config.yaml"), "utf8")).toContain("id: nas");
  });
});

describe("changing a backend", () => {
  it("changes what was said and nothing else", async () => {
    const { configured, disposed, lists } = await open(commented);
    const small = configured.get("small").backend;
    await configured.edit("big", { priority: null, weight: 3, models: ["a", "b"] });
    expect(configured.get("big").entry).toMatchObject({ priority: 10, weight: 3, models: ["a", "b"] });
    expect(text()).not.toContain("priority");
    expect(text()).toContain("# two cards");
    expect(configured.get("small").backend).toBe(small);
    expect(disposed).toEqual(["big"]);
    expect(lists).toEqual([["big", "small"]]);
  });

  it("in the form in which it stands", async () => {
    const { configured } = await open(commented);
    await configured.edit("small", { url: "http://other.lan:6374/v1" });
    expect(text()).toContain("{ id: small, kind: router, url: http://other.lan:6374 }");
  });

  it("takes a cloud's address for granted, and goes with it to another cloud's", async () => {
    const { configured, keys } = await open("");
    await configured.add({ id: "cloud", kind: "anthropic" }, { key: "sk-1" });
    expect(text()).not.toContain("url");
    expect(configured.get("cloud").entry.url).toBe("https://api.anthropic.com");
    expect(keys.read("cloud", "https://api.anthropic.com")).toEqual({ key: "sk-1" });
    await configured.edit("cloud", { kind: "openai" });
    expect(configured.checkChanges("cloud", {}).url).toBe("https://api.openai.com");
    expect(configured.get("cloud").entry.url).toBe("https://api.openai.com");
    // What one cloud's key opens, the other must not see.
    expect(keys.read("cloud", "https://api.openai.com")).toBe("of-other-address");
    const refused = configured.edit("cloud", { kind: "router" });
    await expect(refused).rejects.toMatchObject({
      code: "backend_invalid",
      params: { problem: expect.stringContaining("say where it is") },
    });
  });

  it("keeps its key for the address that it was given for", async () => {
    const { configured, keys } = await open(commented);
    await configured.edit("big", {}, { key: "sk-1" });
    await configured.edit("big", { url: "http://evil.lan:8000" });
    expect(keys.read("big", "http://evil.lan:8000")).toBe("of-other-address");
    await configured.edit("big", {}, { key: "sk-2" });
    expect(keys.read("big", "http://evil.lan:8000")).toEqual({ key: "sk-2" });
  });

  it("is refused with the reason when it is wrong, and the old one goes on", async () => {
    const { configured, disposed } = await open(commented);
    await expect(configured.edit("big", { url: "http://169.254.169.254" })).rejects.toMatchObject({
      code: "backend_invalid",
    });
    await expect(configured.edit("none", {})).rejects.toMatchObject({ code: "unknown_backend" });
    expect(text()).toBe(commented);
    expect(disposed).toEqual([]);
  });

  it("switches it off and on, and the file remembers", async () => {
    const { configured } = await open(commented);
    await configured.setEnabled("big", false);
    expect((await readConfiguration(folder.path, {})).backends[0]?.enabled).toBe(false);
    await configured.setEnabled("big", true);
    expect(text()).not.toContain("enabled");
  });

  it("is refused when somebody has changed the same one by hand, whose word counts from then on", async () => {
    const { configured } = await open(commented);
    const byHand = commented.replace("priority: 5", "priority: 7");
    write(byHand);
    await expect(configured.edit("big", { weight: 2 })).rejects.toMatchObject({ code: "configuration_changed" });
    expect(text()).toBe(byHand);
    expect(configured.get("big").entry.priority).toBe(7);
    await configured.edit("big", { weight: 2 });
    expect(configured.get("big").entry).toMatchObject({ priority: 7, weight: 2 });
  });

  it("takes on what somebody has changed elsewhere in the file", async () => {
    const { configured } = await open(commented);
    write(commented.replace("http://small.lan:6374", "http://smaller.lan:6374").replace("debug", "warn"));
    await configured.edit("big", { weight: 2 });
    expect(text()).toContain("warn");
    expect(configured.get("small").entry.url).toBe("http://smaller.lan:6374");
  });

  it("is refused for one that is written through an anchor, since that is another one's text", async () => {
    const content = "backends:\n  - &a { id: a, kind: router, url: http://a.lan }\n  - { <<: *a, id: b }\n";
    const { configured } = await open(`%YAML 1.1\n---\n${content}`);
    const before = text();
    await expect(configured.remove("a")).rejects.toMatchObject({ code: "configuration_invalid" });
    expect(text()).toBe(before);
    expect(configured.list.map(({ id }) => id)).toEqual(["a", "b"]);
  });
});

describe("removing a backend", () => {
  it("takes it and its key away, and leaves the rest", async () => {
    const { configured, keys, disposed } = await open(commented);
    await configured.edit("big", {}, { key: "sk-1" });
    await configured.remove("big");
    expect(configured.list.map(({ id }) => id)).toEqual(["small"]);
    expect(disposed).toContain("big");
    expect(keys.has("big")).toBe(false);
    expect(text()).toContain("# under the window");
    await configured.remove("small");
    expect(text()).not.toContain("backends");
    expect((await readConfiguration(folder.path, {})).node.name).toBe("desk");
  });

  it("leaves no temporary file", async () => {
    const { configured } = await open(commented);
    await configured.remove("big");
    expect(readdirSync(folder.path).filter((file) => file.endsWith(".tmp"))).toEqual([]);
  });
});
