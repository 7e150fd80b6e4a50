import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Alias, aliasSchema } from "../../../contract/mesh/alias.ts";
import { AliasBook } from "../../../sidecar/registry/alias-book.ts";
import { openAliasHistory } from "../../../sidecar/registry/alias-history.ts";
import { LiveRouting } from "../../../sidecar/registry/live-routing.ts";
import { openConfigurationFile } from "../../support/open-configuration-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

/** A node's aliases as after a start with this file; none writes no file. */
async function open(text?: string) {
  const path = folder.join("config.yaml");
  if (text !== undefined) writeFileSync(path, text);
  const file = await openConfigurationFile(path);
  const routing = new LiveRouting(file);
  const aliases = new AliasBook(routing, await openAliasHistory(folder.path));
  const weights = (name = "fast") =>
    Object.fromEntries(
      Object.entries(routing.settings.aliases[name]?.revisions ?? {}).map(([id, { weight }]) => [id, weight]),
    );
  return { file, routing, aliases, weights, text: () => readFileSync(path, "utf8") };
}

const blueGreen = `# mine
routing:
  strategy: local-first # nearest
  aliases:
    fast:
      revisions:
        blue: { model: m1, weight: 100 } # the old one
        # the new one
        green:
          model: m2
          weight: 0 # not yet
      preview: green
log:
  level: info
`;
const alias = (revisions: Record<string, object>, others: object = {}): Alias =>
  aliasSchema.parse({ revisions, ...others });

describe("an alias", () => {
  it("is made where there is no file, and counts at once", async () => {
    const node = await open();
    await node.aliases.set("fast", alias({ blue: { model: "m1" } }, { fallbacks: ["m3"], privacy: "lan" }));
    expect(node.routing.settings.aliases).toEqual({
      fast: { privacy: "lan", revisions: { blue: { model: "m1", weight: 100 } }, fallbacks: ["m3"] },
    });
    expect((await open()).aliases.list()).toEqual(node.aliases.list());
  });

  it("is made in a file whose routing is all comments, which stay", async () => {
    const node = await open("# top\nrouting:\n  # strategy: auto\n");
    await node.aliases.set("fast", alias({ blue: { model: "m1" } }));
    expect(node.text()).toMatch(/^# top\nrouting:\n(.*\n)* {2}# strategy: auto\n/);
    expect((await open()).weights()).toEqual({ blue: 100 });
  });

  it("is replaced and removed without a trace, and what is beside it stays", async () => {
    const node = await open(blueGreen);
    await node.aliases.set("slow", alias({ only: { model: "m9" } }));
    await node.aliases.set("slow", alias({ only: { model: "m8" } }));
    await node.aliases.remove("slow");
    expect(node.text()).toBe(blueGreen);
    await node.aliases.remove("fast");
    expect(node.text()).toBe("# mine\nrouting:\n  strategy: local-first # nearest\nlog:\n  level: info\n");
  });

  it("may be called by a number", async () => {
    const node = await open("routing:\n  aliases:\n    1:\n      revisions:\n        2: { model: m1, weight: 5 }\n");
    await node.aliases.setWeights("1", { 2: 7 });
    expect(node.text()).toContain("2: { model: m1, weight: 7 }");
    await node.aliases.remove("1");
    expect(node.text().trim()).toBe("{}");
  });

  it("that does not exist is named, with those that do", async () => {
    const { aliases } = await open(blueGreen);
    const unknown = { code: "unknown_alias", params: { available: ["fast"] } };
    await expect(aliases.remove("constructor")).rejects.toMatchObject(unknown);
    await expect(aliases.switchTo("other", "blue")).rejects.toMatchObject(unknown);
    await expect(aliases.back("other")).rejects.toMatchObject(unknown);
  });
});

describe("a switch", () => {
  it("gives everything to one revision, and touches two numbers of the file", async () => {
    const node = await open(blueGreen);
    await node.aliases.switchTo("fast", "green");
    expect(node.weights()).toEqual({ blue: 0, green: 100 });
    const expected = blueGreen.replace("weight: 100", "weight: 0").replace("weight: 0 # not", "weight: 100 # not");
    expect(node.text()).toBe(expected);
  });

  it("to a revision that does not exist is refused, and changes nothing", async () => {
    const node = await open(blueGreen);
    const refused = { code: "unknown_revision", params: { revision: "red", available: ["blue", "green"] } };
    await expect(node.aliases.switchTo("fast", "red")).rejects.toMatchObject(refused);
    await expect(node.aliases.switchTo("fast", "toString")).rejects.toMatchObject({ code: "unknown_revision" });
    expect(node.text()).toBe(blueGreen);
  });

  it("is taken back at once, also after a restart, and a second time leads forth again", async () => {
    await (await open(blueGreen)).aliases.setWeights("fast", { green: 10 });
    const node = await open();
    expect(node.weights()).toEqual({ blue: 100, green: 10 });
    expect(node.aliases.get("fast").previousWeights).toEqual({ blue: 100, green: 0 });
    await node.aliases.back("fast");
    expect(node.weights()).toEqual({ blue: 100, green: 0 });
    await node.aliases.back("fast");
    expect(node.weights()).toEqual({ blue: 100, green: 10 });
  });

  it("that is repeated does not lose the way back", async () => {
    const node = await open(blueGreen);
    await node.aliases.switchTo("fast", "green");
    await node.aliases.switchTo("fast", "green");
    await node.aliases.back("fast");
    expect(node.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("has no way back before the first, nor to another model under the old name", async () => {
    const node = await open(blueGreen);
    const none = { code: "alias_without_history" };
    await expect(node.aliases.back("fast")).rejects.toMatchObject(none);
    await node.aliases.switchTo("fast", "green");
    await node.aliases.set("fast", alias({ blue: { model: "other", weight: 0 }, green: { model: "m2" } }));
    await expect(node.aliases.back("fast")).rejects.toMatchObject(none);
    await node.aliases.remove("fast");
    await node.aliases.set("fast", alias({ blue: { model: "m1" }, green: { model: "m2" } }));
    await expect(node.aliases.back("fast")).rejects.toMatchObject(none);
  });

  it("goes back to the revisions that got something then, whatever was added by hand since", async () => {
    const node = await open(blueGreen);
    await node.aliases.switchTo("fast", "green");
    const added = node.text().replace("      preview", "        red: { model: m7, weight: 50 }\n      preview");
    writeFileSync(folder.join("config.yaml"), added);
    await node.aliases.back("fast");
    expect(node.weights()).toEqual({ blue: 100, green: 0, red: 0 });
  });
});

describe("weights", () => {
  it("of revisions that are not named stay", async () => {
    const node = await open(blueGreen);
    await node.aliases.setWeights("fast", { green: 10 });
    expect(node.weights()).toEqual({ blue: 100, green: 10 });
  });

  it("are refused when nobody would get anything", async () => {
    const node = await open(blueGreen);
    await expect(node.aliases.setWeights("fast", { blue: 0 })).rejects.toMatchObject({ code: "alias_invalid" });
    expect(node.weights()).toEqual({ blue: 100, green: 0 });
  });

  it("follow what somebody has written meanwhile, instead of overwriting it", async () => {
    const node = await open(blueGreen);
    writeFileSync(folder.join("config.yaml"), blueGreen.replace("model: m2", "model: m3"));
    await node.aliases.switchTo("fast", "green");
    expect(node.routing.settings.aliases.fast?.revisions.green).toEqual({ model: "m3", weight: 100 });
  });

  it("of several at the same time are all kept", async () => {
    const node = await open(blueGreen);
    await Promise.all([
      node.aliases.setWeights("fast", { green: 10 }),
      node.aliases.set("slow", alias({ only: { model: "m9" } })),
      node.routing.edit((current) => ({ ...current, strategy: "weighted" })),
    ]);
    expect(node.weights()).toEqual({ blue: 100, green: 10 });
    expect((await open()).routing.settings).toMatchObject({ strategy: "weighted", aliases: { fast: {}, slow: {} } });
  });
});

describe("a change is refused with the reason, and nothing is written", () => {
  it("when the file as a whole would not be valid", async () => {
    const node = await open(blueGreen);
    const broken = alias({ blue: { model: "m1" } });
    const change = node.aliases.set("fast", { ...broken, preview: "red" });
    await expect(change).rejects.toMatchObject({
      code: "configuration_invalid",
      params: { problem: expect.stringContaining("preview") },
    });
    expect(node.text()).toBe(blueGreen);
    expect(node.routing.settings.aliases.fast?.preview).toBe("green");
  });

  it("when somebody has broken the file", async () => {
    const node = await open(blueGreen);
    writeFileSync(folder.join("config.yaml"), "routing: [\n");
    await expect(node.aliases.switchTo("fast", "green")).rejects.toMatchObject({ code: "configuration_invalid" });
    expect(node.weights()).toEqual({ blue: 100, green: 0 });
    expect(node.text()).toBe("routing: [\n");
  });

  it.each([
    ["one anchor stands for two revisions", "blue: &b { model: m1, weight: 100 }\n        green: *b"],
    ["a revision is taken from elsewhere", "blue: { model: m1 }\n        green: *other"],
  ])("when %s", async (_name, revisions) => {
    const other = "    other:\n      revisions:\n        r: &other { model: m2 }\n";
    const text = `routing:\n  aliases:\n${other}    fast:\n      revisions:\n        ${revisions}\n`;
    const node = await open(text);
    await expect(node.aliases.switchTo("fast", "blue")).rejects.toMatchObject({ code: "configuration_uneditable" });
    expect(node.text()).toBe(text);
  });
});

describe("global settings", () => {
  it("are changed in place, and count from then on", async () => {
    const node = await open(blueGreen);
    await node.routing.edit((current) => ({ ...current, strategy: "least-load", privacy: "lan" }));
    expect(node.routing.settings).toMatchObject({ strategy: "least-load", privacy: "lan" });
    expect(node.text()).toContain("strategy: least-load # nearest");
    expect(node.text()).toContain("privacy: lan");
  });
});
