import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { makeRandomModel } from "../../sidecar/demo-model/make-random-model.ts";

/** Seeded random models: they answer nonsense, always the same, and need no download. */
export interface TestModels {
  /** About 0.9 M parameters and a context of 2,048 tokens: answers at once. */
  readonly tiny: string;
  /** A larger one whose answers take long enough to be interrupted. */
  readonly slow: string;
  readonly withoutTemplate: string;
  /** Like `tiny`, and fills gaps: its vocabulary has the marks that Qwen's models have, known by their names alone. */
  readonly filler: string;
  /** The same without a mark for the gap itself, as in Codestral. */
  readonly suffixFirst: string;
}

declare module "vitest" {
  interface ProvidedContext {
    models: TestModels;
  }
}

const slowShape: Parameters<typeof makeRandomModel>[0] = {
  layers: 8,
  dimensions: 512,
  heads: 8,
  kvHeads: 8,
  feedForward: 1536,
  type: "Q8_0",
  contextTokens: 4096,
};

const namedMarks = {
  prefix: "<|fim_prefix|>",
  suffix: "<|fim_suffix|>",
  middle: "<|fim_middle|>",
  isNumbered: false,
} as const;

/** The bytes of the slow model, for whoever needs it outside the tests. */
export const slowModel = (): Uint8Array => makeRandomModel({ name: "slow", ...slowShape });

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "mesh-test-models-"));
  const make = async (name: string, options: Parameters<typeof makeRandomModel>[0]): Promise<string> => {
    const path = join(folder, `${name}.gguf`);
    await writeFile(path, makeRandomModel({ name, ...options }));
    return path;
  };
  project.provide("models", {
    tiny: await make("tiny", {}),
    slow: await make("slow", slowShape),
    withoutTemplate: await make("without-template", { chatTemplate: null }),
    filler: await make("filler", { infill: namedMarks, saysAsciiOnly: true }),
    suffixFirst: await make("suffix-first", {
      infill: { prefix: "[PREFIX]", suffix: "[SUFFIX]", isNumbered: true },
      saysAsciiOnly: true,
    }),
  });
  return () => rm(folder, { recursive: true, force: true });
}
