import type { GgufHeader } from "./gguf-header.ts";

/** Layers that look back a little way only, and need no cache for the rest. */
export interface WindowedLayers {
  readonly count: number;
  /** How far they look back, in tokens. */
  readonly windowTokens: number;
}

/**
 * Each how manieth layer sees the whole context, by architecture, where the header does not say it itself. An architecture
 * that is missing here counts as seeing everything: too much memory is then estimated, never too little.
 * Source: llama.cpp's calls of `set_swa_pattern`, as node-llama-cpp 3.21 lists them.
 */
const fullEvery: Readonly<Record<string, number>> = {
  gemma2: 2,
  gemma3: 6,
  gemma3n: 5,
  "gpt-oss": 2,
  cohere2: 4,
  olmo2: 4,
  exaone4: 4,
  plamo3: 8,
};

export function windowedLayers({ architecture = "", layers = 0, metadata }: GgufHeader): WindowedLayers {
  const figure = (key: string): number | undefined => {
    const value = metadata.get(`${architecture}.attention.${key}`);
    return typeof value === "number" && Number.isInteger(value) && value > 0 ? value : undefined;
  };
  const windowTokens = figure("sliding_window");
  const known = Object.hasOwn(fullEvery, architecture) ? fullEvery[architecture] : undefined;
  const every = known === undefined ? undefined : (figure("sliding_window_pattern") ?? known);
  if (windowTokens === undefined || every === undefined) return { count: 0, windowTokens: 0 };
  return { count: layers - Math.floor(layers / every), windowTokens };
}
