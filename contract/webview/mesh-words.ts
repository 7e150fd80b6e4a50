import * as z from "zod";
import { healthSchema } from "../mesh/health.ts";
import { modelStateSchema } from "../mesh/model.ts";
import { modelCapabilitySchema } from "../mesh/model-capability.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { meshViewActionSchema, thingActionSchema } from "./mesh-actions.ts";
import { edgeMetricSchema, thingKindSchema } from "./mesh-things.ts";

const word = z.string();

/** The mesh view's words in the editor's language; `{0}` is a place for a value. Numbers and times it writes itself. */
export const meshWordsSchema = z.strictObject({
  title: word,
  /** Names for what is drawn, for eyes that see it and for those that do not. */
  health: z.record(healthSchema, word),
  kinds: z.record(thingKindSchema, word),
  metrics: z.record(edgeMetricSchema, word),
  privacy: z.record(privacyLabelSchema, word),
  modelStates: z.record(modelStateSchema, word),
  capabilities: z.record(modelCapabilitySchema, word),
  actions: z.record(thingActionSchema, word),
  viewActions: z.record(meshViewActionSchema, word),

  toolbar: z.strictObject({
    label: word,
    zoomIn: word,
    zoomOut: word,
    fit: word,
    pause: word,
    resume: word,
    checking: word,
    metric: word,
    outline: word,
    legend: word,
    graph: word,
    table: word,
    exportSvg: word,
    exportPng: word,
    exportCsv: word,
    /** Opens the three ways to save. */
    more: word,
    help: word,
  }),

  filter: z.strictObject({
    find: word,
    findPlaceholder: word,
    /** `{0}`: how many match, `{1}`: of how many. */
    found: word,
    hide: word,
    /** `{0}`: the expression. */
    showAgain: word,
    /** `{0}`: how many. */
    hiddenThings: word,
    showAll: word,
    presets: word,
    onlyProblems: word,
    onlyLocal: word,
    noModels: word,
    /** Faults of an expression. `{0}`: the part at fault; `{1}`: what it may be. */
    unknownField: word,
    missingValue: word,
    notANumber: word,
    notOrdered: word,
    openQuote: word,
    unknownValue: word,
  }),

  graph: z.strictObject({
    /** `{0}`: things, `{1}`: connections, `{2}`: of the things, not healthy. */
    summary: word,
    instructions: word,
    zoomGroup: word,
    /** `{0}`: how many models are folded under a backend. */
    folded: word,
    /** `{0}`: edges, `{1}`: things on the paths. */
    connected: word,
    /** What is said when no backend is left. */
    hiddenByFilter: word,
    emptyTitle: word,
    emptyText: word,
    waiting: word,
  }),

  legend: z.strictObject({
    title: word,
    things: word,
    connections: word,
    traffic: word,
    particle: word,
    failedParticle: word,
    glow: word,
    close: word,
  }),

  outline: z.strictObject({
    label: word,
    help: word,
    /** Pairs of a key and what it does. */
    keys: z.array(z.strictObject({ key: word, does: word })).max(40),
    closeHelp: word,
  }),

  /** For screen readers. `{0}`: name, `{1}`: health. */
  spoken: z.strictObject({
    healthChanged: word,
    /** `{0}`: how many have changed, `{1}`: of all things, how many are not healthy now. */
    manyChanged: word,
    allHealthy: word,
    paused: word,
    resumed: word,
    hiddenCount: word,
  }),

  details: z.strictObject({
    close: word,
    connections: word,
    downstream: word,
    status: word,
    health: word,
    /** `{0}`: for how long. */
    since: word,
    kind: word,
    uptime: word,
    version: word,
    requests: word,
    succeeded: word,
    failed: word,
    queued: word,
    inFlight: word,
    address: word,
    enabled: word,
    yes: word,
    no: word,
    privacy: word,
    latency: word,
    /** `{0}`: lowest, `{1}`: highest, `{2}`: latest. */
    latencyHistory: word,
    noLatency: word,
    models: word,
    load: word,
    errors: word,
    lastError: word,
    lastRequests: word,
    clients: word,
    /** `{0}`: how many requests, `{1}`: of them failed. */
    clientRequests: word,
    noRequests: word,
    whyHere: word,
    actions: word,
    modelId: word,
    digest: word,
    servedBy: word,
    context: word,
    tokens: word,
    capabilities: word,
    state: word,
    tokensPerSecond: word,
    requestsPerSecond: word,
  }),

  table: z.strictObject({
    caption: word,
    name: word,
    /** `{0}`: how many. */
    showAll: word,
  }),

  units: z.strictObject({
    /** `{0}`: the number. */
    milliseconds: word,
    perSecond: word,
    tokensPerSecond: word,
    percent: word,
    queued: word,
  }),
});
export type MeshWords = z.infer<typeof meshWordsSchema>;
