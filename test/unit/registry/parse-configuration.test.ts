// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references of a configuration, not templates.
import { readFileSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { Configuration } from "../../../sidecar/registry/configuration.ts";
import { parseConfiguration } from "../../../sidecar/registry/parse-configuration.ts";
import { readConfigurationText } from "../../../sidecar/registry/read-configuration.ts";
import { openConfigurationFile } from "../../support/open-configuration-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const parse = (text: string, env: NodeJS.ProcessEnv = {}): Configuration =>
  parseConfiguration(text, { path: "config.yaml", env }).configuration;

interface Refusal {
  readonly problem: string;
  readonly line?: number;
  readonly column?: number;
}

function refusalOf(text: string, env: NodeJS.ProcessEnv = {}): Refusal {
  try {
    parse(text, env);
  } catch (error) {
    if (error instanceof MeshError && error.code === "configuration_invalid") return error.params as Refusal;
    throw error;
  }
  throw new Error("it was taken for valid");
}

describe("a reference to the environment", () => {
  it.each([
    ["node: { name: '${NAME}' }", { NAME: "desk" }, "desk"],
    ["node:\n  name: ${NAME}\n", { NAME: "desk" }, "desk"],
    ["node: { name: 'a ${NAME}-${OTHER} b' }", { NAME: "1", OTHER: "2" }, "a 1-2 b"],
    ["node:\n  name: ${NAME:-desk}\n", {}, "desk"],
    ["node:\n  name: ${NAME:-desk}\n", { NAME: "" }, "desk"],
    ["node:\n  name: ${NAME:-a:-b $x}\n", {}, "a:-b $x"],
    ["node: { name: '$${NAME} $$ $NAME {x}' }", { NAME: "no" }, "${NAME} $$ $NAME {x}"],
    ["node: { name: '${NAME}' }", { NAME: "${HOME} [a, b]: *c" }, "${HOME} [a, b]: *c"],
  ])("in %j with %j means %j", (text, env, name) => {
    expect(parse(text, env).node.name).toBe(name);
  });

  it("sets numbers and switches where it is not quoted, and brings no structure with it", () => {
    const text = "gateway:\n  port: ${PORT:-6000}\nnode:\n  keepServing: ${STAY}\n";
    expect(parse(text, { STAY: "true" })).toMatchObject({ gateway: { port: 6000 }, node: { keepServing: true } });
    expect(parse(text, { STAY: "false", PORT: "7000" }).gateway.port).toBe(7000);
    expect(refusalOf(text, { STAY: "{ a: 1 }" }).problem).toMatch(/^node\.keepServing: expected|^node\.keepServing: /i);
    expect(refusalOf('gateway: { port: "${PORT}" }', { PORT: "1" }).problem).toMatch(/^gateway\.port: /);
  });

  it("to a variable that is not set is refused with its name and place", () => {
    expect(refusalOf("log: {}\nnode:\n  name: ${MISSING}\n")).toEqual({
      path: "config.yaml",
      problem: "the environment variable MISSING is not set; ${MISSING:-…} gives a default at line 3, column 9",
      line: 3,
      column: 9,
    });
    expect(refusalOf("node:\n  name: ${MISSING}\n", { Missing: "x" }).line).toBe(2);
  });

  it.each(["${", "${}", "${1A}", "${A-b}", "${A:-b", "x ${A B}"])("that is written as %j is refused", (text) => {
    const { problem, line } = refusalOf(`node:\n  name: ${JSON.stringify(text)}\n`, { A: "a" });
    expect([problem, line]).toEqual([expect.stringContaining("'$${' is the text"), 2]);
  });

  it("is none in a key or a comment", () => {
    expect(refusalOf("'${KEY}': 1 # ${COMMENT}\n", { KEY: "log" }).problem).toContain("${KEY}");
  });

  it("cannot be a backend's id", () => {
    const text = "backends:\n  - { id: '${ID}', kind: router, url: http://a.lan }\n";
    expect(refusalOf(text, { ID: "a" })).toMatchObject({ problem: expect.stringContaining("an id cannot"), line: 2 });
  });

  it("has its value in no error, whatever is wrong with it", () => {
    const secret = "s3cret-value";
    for (const text of [
      "gateway:\n  port: ${V}\n",
      "backends:\n  - { id: a, kind: router, url: 'http://169.254.169.254/${V}' }\n",
      "backends:\n  - { id: a, kind: router, url: 'http://u:${V}@a.lan' }\n",
      "backends:\n  - { id: a, kind: '${V}', url: http://a.lan }\n",
      "models: { huggingFaceEndpoint: '${V}' }",
      "routing: { strategy: '${V}', aliases: { a: { revisions: { b: { model: '' } } } } }",
    ]) {
      expect(JSON.stringify(refusalOf(text, { V: secret }))).not.toContain(secret);
    }
  });

  it("stays as it is written when the node changes something else", async () => {
    const path = folder.join("config.yaml");
    const text = "node:\n  name: ${NAME} # mine\nbackends:\n  - { id: a, kind: router, url: '${URL:-http://a.lan}' }\n";
    writeFileSync(path, text);
    const file = await openConfigurationFile(path, { NAME: "desk" });
    await file.edit((document) => document.setIn(["routing", "privacy"], "lan"));
    expect(readFileSync(path, "utf8")).toMatch(/name: \$\{NAME\} # mine\n(.*\n)*.*\$\{URL:-http:\/\/a\.lan\}/);
    expect(file.configuration).toMatchObject({ node: { name: "desk" }, routing: { privacy: "lan" } });
  });
});

describe("what is wrong is told with its place", () => {
  it.each([
    ["gateway:\n  port: 70000\n", 2, 9],
    ["log: {}\ngateway:\n  prot: 1\n", 3, 3],
    ["backends:\n  - id: a\n    kind: router\n    url: gopher://x\n", 4, 10],
    ["backends:\n  - id: a\n    kind: router\n", 2, 5],
    ["node: &a { name: '' }\nlog: {}\n", 1, 18],
    ["a: &a 1\nnode: *a\n", 2, 7],
    ["node: [*missing]\n", 1, 8],
    ["gateway:\r\n  port: x\r\n", 2, 9],
    ["\ufeffgateway:\n  port: x\n", 2, 9],
  ])("%j at line %i, column %i", (text, line, column) => {
    expect(refusalOf(text)).toMatchObject({ line, column });
  });
});

describe("a key in the file", () => {
  it.each(["key", "apiKey", "token", "password"])("is refused as '%s', with the way to where it belongs", (name) => {
    const text = `backends:\n  - id: cloud\n    kind: openai-compatible\n    url: https://api.example\n    ${name}: sk-abcdefghijklmnop\n`;
    const { problem, line } = refusalOf(text);
    expect(problem).toContain("inference-mesh backends edit cloud --key-stdin");
    expect(problem).not.toContain("sk-");
    expect(line).toBe(5);
  });
});

describe("a file that nobody can mean", () => {
  it("is refused before it is read when it is larger than a mebibyte", async () => {
    writeFileSync(folder.join("config.yaml"), "#".repeat(10 * 1024 * 1024));
    await expect(readConfigurationText(folder.join("config.yaml"))).rejects.toMatchObject({
      params: { problem: expect.stringContaining("larger") },
    });
  });

  it("is refused when it is not UTF-8: it could not be written back", async () => {
    writeFileSync(folder.join("config.yaml"), Buffer.from("node: { name: caf\xe9 }", "latin1"));
    await expect(readConfigurationText(folder.join("config.yaml"))).rejects.toMatchObject({
      params: { problem: "it is not UTF-8" },
    });
  });
});
