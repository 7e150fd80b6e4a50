// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are the references of a configuration, not templates.
import { writeFileSync } from "node:fs";
import fc from "fast-check";
import { expect, it } from "vitest";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { parseConfiguration } from "../../../sidecar/registry/parse-configuration.ts";
import { openConfigurationFile } from "../../support/open-configuration-file.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

/** Pieces of which files are made that nearly mean something. */
const piece = fc.oneof(
  fc.constantFrom(
    ..."gateway:|node:|backends:|routing:|aliases:|log:|port: 1|name: x|<<: *a|&a|*a|*b|- |? |: |[|]|{|}|, |\n|\n  |\n\t|\r\n|'|\"|\\|# |---\n|...\n|%YAML 1.1\n---\n|!!binary |!!map |!<x> |\ufeff|\u0000|\u2028|${A}|${|$${|${A:-b}|__proto__: 1|constructor:|>-\n|\n".split(
      "|",
    ),
    "|\n",
  ),
  fc.string({ unit: "binary", maxLength: 4 }),
);
const text = fc.array(piece, { maxLength: 40 }).map((pieces) => pieces.join(""));

/** Only what the catalogue knows may come out, with a place inside the text. */
function judge(content: string): void {
  try {
    parseConfiguration(content, { path: "config.yaml", env: { A: "value" } });
  } catch (error) {
    if (!(error instanceof MeshError) || error.code !== "configuration_invalid") throw error;
    const { line = 1, column = 1, problem } = error.params as { line?: number; column?: number; problem: string };
    expect(line).toBeGreaterThanOrEqual(1);
    expect(line).toBeLessThanOrEqual(content.split("\n").length);
    expect(column).toBeGreaterThanOrEqual(1);
    expect(problem).not.toContain("\n");
  }
}

it("a name with line breaks is told of in one line", () => {
  expect(() => parseConfiguration("? gateway:]\n  \n   ", { path: "config.yaml", env: {} })).toThrow(
    expect.objectContaining({ params: expect.objectContaining({ problem: expect.not.stringContaining("\n") }) }),
  );
});

it("whatever stands in the file, it is understood or refused in words of ours", () => {
  fc.assert(fc.property(text, judge), { numRuns: 2000 });
});

it.each([
  ["brackets", "[".repeat(200_000)],
  ["braces", "{a: ".repeat(100_000)],
  ["closed brackets", "[".repeat(5000) + "]".repeat(5000)],
  [
    "indentation",
    Array.from({ length: 3000 }, (_, depth) => `${" ".repeat(depth)}a:`)
      .join("\n")
      .slice(0, 1_000_000),
  ],
  ["dashes", "- ".repeat(50_000)],
  [
    "aliases of aliases",
    Array.from({ length: 40 }, (_, n) => `k${n}: &a${n} [${`*a${n - 1}, `.repeat(20)}x]`).join("\n"),
  ],
  [
    "merges of merges",
    `%YAML 1.1\n---\n${Array.from({ length: 200 }, (_, n) => `k${n}: &a${n} { <<: *a${n - 1} }`).join("\n")}`,
  ],
  ["an anchor that holds itself", "node: &a { name: *a }"],
  ["one key ten thousand times", "log: {}\n".repeat(10_000)],
  ["ten thousand references", "a: ${A}\n".repeat(10_000)],
  ["a long quoted line", `node: { name: "${"\\x41".repeat(200_000)}" }`],
  ["a million spaces", " ".repeat(1_000_000)],
])("%s are answered, and harm nobody", (_what, content) => {
  judge(content);
});

it("what is refused leaves what counts as it is", async () => {
  const path = folder.join("config.yaml");
  writeFileSync(path, "node: { name: desk }\nrouting: { strategy: local-first }\n");
  const file = await openConfigurationFile(path, { A: "value" });
  const before = file.configuration;
  await fc.assert(
    fc.asyncProperty(text, async (content) => {
      writeFileSync(path, `${content}\nnonsense: 1\n`);
      await file.reload();
      expect(file.state.problem?.reason).toEqual(expect.any(String));
      expect(file.configuration).toBe(before);
    }),
    { numRuns: 200 },
  );
});
