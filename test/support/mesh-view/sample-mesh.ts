import type { MeshSnapshot, MeshTraffic } from "../../../contract/webview/mesh.ts";
import type { MeshDetails } from "../../../contract/webview/mesh-details.ts";
import type { Figures, MeshEdge, Thing } from "../../../contract/webview/mesh-things.ts";

export const noFigures: Figures = {
  latencyP50Ms: null,
  latencyP95Ms: null,
  requestsPerSecond: null,
  tokensPerSecond: null,
  queued: null,
  inFlight: null,
  errorsPerSecond: null,
};

/** A thing with what the test says of it, and otherwise a healthy backend that nobody has measured. */
export const thingOf = (given: Partial<Thing> & { readonly id: string }): Thing => ({
  kind: "backend",
  icon: "server",
  label: given.id,
  kindLabel: "Server",
  health: "healthy",
  reason: null,
  since: null,
  parent: null,
  canUnfold: false,
  privacy: null,
  modelState: null,
  figures: noFigures,
  actions: [],
  ...given,
});

export const edgeOf = (from: string, to: string, given: Partial<MeshEdge> = {}): MeshEdge => ({
  id: `${from}>${to}`,
  from,
  to,
  health: "healthy",
  figures: noFigures,
  ...given,
});

export const snapshotOf = (things: readonly Thing[], edges: readonly MeshEdge[], revision = 1): MeshSnapshot => ({
  type: "snapshot",
  revision,
  things: [...things],
  edges: [...edges],
});

const figures = (given: Partial<Figures>): Figures => ({ ...noFigures, ...given });
const backendActions: Thing["actions"] = ["checkNow", "disable", "drain", "edit", "copyAddress", "remove"];
const modelActions: Thing["actions"] = ["chat", "compare", "unload"];

interface SampleBackend extends Partial<Thing> {
  readonly id: string;
  readonly models: readonly (readonly [name: string, tokensPerSecond: number | null, Partial<Thing>?])[];
}

const hour = 3_600_000;
/** A fixed moment, so that the same picture comes each time. */
export const sampleNow = Date.UTC(2026, 10, 21, 12);

const backends: readonly SampleBackend[] = [
  {
    id: "local-engine",
    icon: "engine",
    label: "This machine",
    kindLabel: "llama.cpp engine",
    privacy: "local",
    figures: figures({
      latencyP50Ms: 38,
      latencyP95Ms: 96,
      requestsPerSecond: 1.4,
      tokensPerSecond: 54,
      queued: 0,
      inFlight: 1,
    }),
    models: [
      ["qwen3-4b-instruct-q4_k_m", 54],
      ["nomic-embed-text-v1.5", null, { modelState: "available" }],
    ],
  },
  {
    id: "studio",
    icon: "peer",
    label: "studio-mac",
    kindLabel: "Peer",
    privacy: "mine",
    canUnfold: true,
    figures: figures({
      latencyP50Ms: 74,
      latencyP95Ms: 180,
      requestsPerSecond: 0.6,
      tokensPerSecond: 88,
      queued: 0,
      inFlight: 2,
    }),
    models: [
      ["gpt-oss-20b", 88],
      ["qwen3-coder-30b-a3b", 61],
    ],
  },
  {
    id: "ollama",
    icon: "ollama",
    label: "workstation ollama",
    kindLabel: "Ollama",
    privacy: "lan",
    health: "degraded",
    reason: "slow: 3 of 10 requests over 2 s",
    figures: figures({
      latencyP50Ms: 1_240,
      latencyP95Ms: 3_900,
      requestsPerSecond: 0.3,
      tokensPerSecond: 12,
      queued: 4,
      inFlight: 2,
    }),
    models: [["llama3.3:70b", 12, { health: "degraded" }]],
  },
  {
    id: "vllm",
    icon: "vllm",
    label: "vllm-a100",
    kindLabel: "vLLM",
    privacy: "lan",
    health: "unhealthy",
    reason: "connection refused",
    figures: figures({ errorsPerSecond: 0.4 }),
    models: [["deepseek-r1-distill-qwen-32b", null, { health: "unhealthy" }]],
  },
  {
    id: "cluster",
    icon: "cluster",
    label: "lablup-cluster-seoul",
    kindLabel: "Backend.AI cluster",
    privacy: "lan",
    canUnfold: true,
    figures: figures({
      latencyP50Ms: 132,
      latencyP95Ms: 310,
      requestsPerSecond: 6.2,
      tokensPerSecond: 410,
      queued: 1,
      inFlight: 9,
    }),
    models: [["llama-4-scout-17b-16e-instruct", 410]],
  },
  {
    id: "kaito",
    icon: "kubernetes",
    label: "kaito-workspace-phi4",
    kindLabel: "KAITO",
    privacy: "lan",
    health: "loading",
    figures: figures({}),
    models: [["phi-4-mini-instruct", null, { health: "loading", modelState: "loading" }]],
  },
  {
    id: "draining",
    icon: "lm-studio",
    label: "desk LM Studio",
    kindLabel: "LM Studio",
    privacy: "mine",
    health: "draining",
    figures: figures({ latencyP50Ms: 61, latencyP95Ms: 90, inFlight: 1 }),
    models: [],
  },
  {
    id: "cloud",
    icon: "cloud",
    label: "Anthropic",
    kindLabel: "Cloud provider",
    privacy: "cloud",
    health: "disabled",
    models: [["claude-sonnet-4-5", null, { health: "disabled", modelState: null }]],
  },
];

/** A mesh as a person with a few machines has it, in every health that there is. */
export function sampleMesh(revision = 1): MeshSnapshot {
  const things: Thing[] = [
    thingOf({
      id: "you",
      kind: "user",
      icon: "user",
      label: "You",
      kindLabel: "You",
      figures: figures({ requestsPerSecond: 8.5, inFlight: 15 }),
    }),
    thingOf({
      id: "router",
      kind: "router",
      icon: "router",
      label: "dev-laptop",
      kindLabel: "Router",
      since: sampleNow - 5 * hour,
      figures: figures({ latencyP50Ms: 2, requestsPerSecond: 8.5, tokensPerSecond: 560, queued: 5, inFlight: 15 }),
      actions: ["checkNow"],
    }),
  ];
  const edges: MeshEdge[] = [
    edgeOf("you", "router", { figures: figures({ latencyP50Ms: 1, requestsPerSecond: 8.5, queued: 5 }) }),
  ];
  for (const { models, ...given } of backends) {
    const backend = thingOf({ since: sampleNow - 2 * hour, actions: backendActions, ...given });
    things.push(backend);
    edges.push(edgeOf("router", backend.id, { health: backend.health, figures: backend.figures }));
    for (const [label, tokensPerSecond, more] of models) {
      const own = figures({ ...backend.figures, tokensPerSecond });
      const model = thingOf({
        id: `${backend.id}/${label}`,
        kind: "model",
        icon: "model",
        label,
        kindLabel: "Model",
        parent: backend.id,
        modelState: "loaded",
        figures: own,
        actions: modelActions,
        ...more,
      });
      things.push(model);
      edges.push(edgeOf(backend.id, model.id, { health: model.health, figures: own }));
    }
  }
  return snapshotOf(things, edges, revision);
}

/** What the extension says of a sample's backend when asked. */
export const sampleDetails: MeshDetails = {
  kind: "backend",
  address: "http://192.168.1.40:11434/v1",
  isEnabled: true,
  latencyHistory: Array.from({ length: 60 }, (_, index) => ({
    at: sampleNow - (60 - index) * 10_000,
    ms: index === 20 ? null : 700 + Math.round(500 * Math.sin(index / 5) + (index % 7) * 60),
  })),
  modelCount: 1,
  load: 0.5,
  errors: 3,
  lastError: "The server did not answer within 10 s.",
  requests: [
    {
      id: "r1",
      at: sampleNow - 4_000,
      model: "llama3.3:70b",
      firstByteMs: 1_180,
      error: null,
      because: "the only place with this model",
    },
    {
      id: "r2",
      at: sampleNow - 19_000,
      model: "llama3.3:70b",
      firstByteMs: null,
      error: "No answer within 10 s.",
      because: "pinned by the alias “big”",
    },
    {
      id: "r3",
      at: sampleNow - 64_000,
      model: "llama3.3:70b",
      firstByteMs: 1_420,
      error: null,
      because: "the only place with this model",
    },
  ],
};

/** Requests over the sample's edges as a batch reports them. */
export const sampleTraffic: MeshTraffic = {
  type: "traffic",
  windowMs: 1_000,
  flows: [
    { edge: "you>router", requests: 8, errors: 0, latencyMs: 120 },
    { edge: "router>local-engine", requests: 2, errors: 0, latencyMs: 38 },
    { edge: "router>cluster", requests: 5, errors: 0, latencyMs: 132 },
    { edge: "router>vllm", requests: 1, errors: 1, latencyMs: null },
    { edge: "cluster>cluster/llama-4-scout-17b-16e-instruct", requests: 5, errors: 0, latencyMs: 132 },
  ],
};
