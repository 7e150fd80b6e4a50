import { mkdirSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { type Configuration, chooseThreads } from "../../../sidecar/registry/configuration.ts";
import { readConfiguration } from "../../../sidecar/registry/read-configuration.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

async function read(text: string): Promise<Configuration> {
  writeFileSync(folder.join("config.yaml"), text);
  return await readConfiguration(folder.path, {});
}

/** What the reader says against a file. */
async function problemOf(text: string): Promise<string> {
  const result: unknown = await read(text).catch((error: unknown) => error);
  if (!(result instanceof MeshError)) throw new Error("expected a MeshError", { cause: result });
  expect(result.code).toBe("configuration_invalid");
  const params = result.params as { path: string; problem: string };
  expect(params.path).toBe(folder.join("config.yaml"));
  return params.problem;
}

const defaults: Configuration = {
  node: { name: hostname(), lingerSeconds: 5, keepServing: false },
  gateway: { port: 6374, maxBodyBytes: 33_554_432 },
  engine: {
    contextTokens: 4096,
    parallel: 4,
    gpu: "auto",
    registry: "https://registry.npmjs.org",
    idleUnloadMinutes: 30,
    checkFit: true,
  },
  secrets: { store: "auto" },
  queue: { maxWaiting: 512, maxWaitSeconds: 300 },
  models: { otherPrograms: true, settings: {} },
  backends: [],
  routing: {
    strategy: "auto",
    privacy: "cloud",
    virtualModelsMayUseCloud: false,
    mixArtifacts: [],
    retryBudgetPercent: 10,
    requestLog: 10_000,
    aliases: {},
  },
  limits: { connectSeconds: 5, firstTokenSeconds: 600, idleSeconds: 120 },
  log: { level: "info" },
};

describe("defaults", () => {
  it("hold when there is no file", async () => {
    expect(await readConfiguration(folder.join("missing"), {})).toEqual(defaults);
  });

  it.each([
    ["is empty", ""],
    ["holds comments alone", "# gateway:\n#   port: 1\n"],
    ["is an empty mapping", "{}"],
  ])("hold when the file %s", async (_name, text) => {
    expect(await read(text)).toEqual(defaults);
  });

  it("hold for everything that a file leaves out", async () => {
    expect(await read("gateway: { port: 0 }\nengine:\n  threads: 8\n")).toEqual({
      ...defaults,
      gateway: { ...defaults.gateway, port: 0 },
      engine: { ...defaults.engine, threads: 8 },
    });
  });

  it("open no listener without a key unless it is written down", async () => {
    expect((await read("gateway:\n  keyless: {}\n")).gateway.keyless).toEqual({ port: 11_434 });
    expect((await read("gateway:\n  keyless: # { port: 11434 }\n")).gateway.keyless ?? undefined).toBeUndefined();
    expect(await problemOf("gateway:\n  keyless: { host: 0.0.0.0 }\n")).toContain("host");
  });

  it("hold for a section whose every line is commented out", async () => {
    expect(await read("gateway:\n  # port: 1\n")).toEqual(defaults);
  });
});

describe("a size", () => {
  it.each([
    ["50 GB", 50e9],
    ["1.5GiB", 1.5 * 1024 ** 3],
    ["2048000", 2_048_000],
  ])("may be written as %s", async (text, bytes) => {
    expect((await read(`models: { diskQuota: ${text} }`)).models.diskQuota).toBe(bytes);
  });
});

describe("a wrong setting is refused, by name", () => {
  it.each([
    ["a misspelt section", "gatway: {}", /gatway/],
    ["a misspelt key", "gateway: { prot: 1 }", /^gateway: .*prot/],
    ["a port out of range", "gateway: { port: 70000 }", /^gateway\.port: /],
    ["a fraction as port", "gateway: { port: 1.5 }", /^gateway\.port: /],
    ["text as number", 'gateway: { port: "6374" }', /^gateway\.port: /],
    ["no time to linger at all", "node: { lingerSeconds: 0 }", /^node\.lingerSeconds: /],
    ["an empty name", 'node: { name: "" }', /^node\.name: /],
    ["no thread", "engine: { threads: 0 }", /^engine\.threads: /],
    ["a quota in words", "models: { diskQuota: much }", /^models\.diskQuota: .*bytes/],
    ["a quota as a share", 'models: { diskQuota: "50%" }', /^models\.diskQuota: .*50 GB/],
    ["no quota at all", "models: { diskQuota: 0 }", /^models\.diskQuota: /],
    [
      "a mirror that is not on the web",
      'models: { huggingFaceEndpoint: "file:///x" }',
      /^models\.huggingFaceEndpoint: /,
    ],
    ["a mirror's password", 'models: { huggingFaceEndpoint: "https://a:b@hub.example" }', /credentials/],
    ["an unknown processor", "engine: { gpu: maybe }", /^engine\.gpu: .*auto.*off/],
    ["a limit that is no amount", "engine: { memoryLimit: much }", /^engine\.memoryLimit: .*12GB/],
    ["a misspelt setting of a model", "models: { settings: { m: { contxt: 1 } } }", /^models\.settings\.m: .*contxt/],
    [
      "layers of no known kind",
      "models: { settings: { m: { gpuLayers: many } } }",
      /^models\.settings\.m\.gpuLayers: /,
    ],
    ["an unknown level", "log: { level: verbose }", /^log\.level: .*debug/],
    ["yes in YAML 1.1's words", "node: { keepServing: yes }", /^node\.keepServing: /],
    ["a list instead of settings", "- gateway", /^the file: /],
    ["a word instead of settings", "gateway", /^the file: /],
  ])("%s", async (_name, text, problem) => {
    expect(await problemOf(text)).toMatch(problem);
  });
});

describe("what is not YAML is refused", () => {
  it.each([
    ["a bracket that is not closed", "gateway:\n  port: [1\nlog: {}\n", /at line 3, column 1/],
    ["a tab as indentation", "gateway:\n\tport: 1\n", /at line 2/],
    ["one key twice", "log: { level: info }\nlog: { level: warn }\n", /at line 2, column 1/],
    ["a second document", "log: {}\n---\nlog: {}\n", /at line 2/],
  ])("with the line: %s", async (_name, text, problem) => {
    const said = await problemOf(text);
    expect(said).toMatch(problem);
    expect(said).not.toContain("\n");
  });

  it.each([
    ["an alias without its anchor", "node: *missing\n"],
    ["aliases that grow without bound", aliasBomb()],
  ])("%s", async (_name, text) => {
    expect(await problemOf(text)).toContain("lias");
  });

  it("a folder in place of the file", async () => {
    mkdirSync(folder.join("config.yaml"));
    await expect(readConfiguration(folder.path, {})).rejects.toMatchObject({
      code: "configuration_invalid",
      params: { problem: "EISDIR" },
    });
  });
});

function aliasBomb(): string {
  const levels = Array.from({ length: 9 }, (_, level) => {
    const item = level === 0 ? "x" : `*a${level - 1}`;
    return `k${level}: &a${level} [${Array.from({ length: 10 }, () => item).join(",")}]`;
  });
  return levels.join("\n");
}

describe("the number of threads", () => {
  const mebi = 1024 * 1024;

  it.each([
    { modelBytes: 1, cores: 1, threads: 1 },
    { modelBytes: 1, cores: 2, threads: 1 },
    { modelBytes: 1, cores: 8, threads: 1 },
    { modelBytes: 64 * mebi - 1, cores: 8, threads: 1 },
    { modelBytes: 64 * mebi, cores: 1, threads: 1 },
    { modelBytes: 64 * mebi, cores: 2, threads: 1 },
    { modelBytes: 64 * mebi, cores: 8, threads: 7 },
    { modelBytes: 40_000 * mebi, cores: 1, threads: 1 },
    { modelBytes: 40_000 * mebi, cores: 2, threads: 1 },
    { modelBytes: 40_000 * mebi, cores: 8, threads: 7 },
  ])("is $threads for $modelBytes bytes on $cores cores", ({ modelBytes, cores, threads }) => {
    expect(chooseThreads(modelBytes, undefined, cores)).toBe(threads);
  });

  it("is what the settings say, whatever the model and the machine", () => {
    expect(chooseThreads(1, 16, 2)).toBe(16);
    expect(chooseThreads(40_000 * mebi, 1, 64)).toBe(1);
  });
});
