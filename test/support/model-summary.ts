import type { ModelSummary } from "../../contract/mesh/model.ts";

/** A model that can chat and is not loaded, but for what the test says of it. */
export function modelSummary(part: Partial<ModelSummary> & { id: string }): ModelSummary {
  return {
    displayName: part.id,
    device: null,
    identity: null,
    path: `/models/${part.id}.gguf`,
    sizeBytes: 1_500_000,
    state: "available",
    loadProgress: null,
    architecture: "llama",
    parameterCount: null,
    quantisation: "Q4_K_M",
    trainedContextTokens: null,
    contextTokens: null,
    capabilities: ["chat"],
    canChat: true,
    isDemo: false,
    origin: "store",
    verification: null,
    openRequests: 0,
    memoryBytes: null,
    unloadsAt: null,
    problem: null,
    ...part,
  };
}
