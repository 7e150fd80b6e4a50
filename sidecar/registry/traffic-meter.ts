import { isDeepStrictEqual } from "node:util";
import type { NodeId } from "../../contract/mesh/ids.ts";
import type { RequestRecord } from "../../contract/mesh/routing.ts";
import type {
  TrafficChange,
  TrafficClient,
  TrafficFigures,
  TrafficSnapshot,
  TrafficSpan,
} from "../../contract/mesh/traffic.ts";
import { PlaceIds } from "./place-ids.ts";
import { type EndedRequest, ThingMeter } from "./thing-meter.ts";
import { backendTopologyId, modelTopologyId } from "./topology-ids.ts";

/** Requests that are on their way to a place now. */
export interface OpenPlace {
  readonly backendId: string;
  readonly modelId: string;
  readonly count: number;
}

export interface TrafficMeterOptions {
  readonly nodeId: NodeId;
  /** Those of the node's own router. */
  readonly openPlaces: () => Iterable<OpenPlace>;
  readonly openRequests: () => number;
  /** Whether an error's code says that the place has failed: not that the request was wrong, its client gone, or no room. */
  readonly isPlaceFailure: (code: string) => boolean;
  /** Milliseconds of a clock that never goes back. */
  readonly now: () => number;
}

/** Things that are remembered: a model at a backend each, the backends, and the node. Beyond it the oldest is forgotten. */
const maxThings = 4096;
const maxClients = 64;
/** Five minutes of five seconds each. */
const maxSpans = 60;

interface Thing {
  readonly meter: ThingMeter;
  readonly spans: TrafficSpan[];
  told: TrafficFigures | undefined;
}

/**
 * What flows through this node, by thing of the topology. Counting costs a few additions at the end of each request, whether
 * or not somebody watches; everything else is done when somebody asks.
 */
export class TrafficMeter {
  readonly #options: TrafficMeterOptions;
  readonly #things = new Map<string, Thing>();
  readonly #clients = new Map<string, TrafficClient>();
  #flows = new Map<string, { finished: number; failed: number }>();
  #latestClient: string | undefined;
  #newClients = new Set<string>();
  readonly #ids: PlaceIds;

  constructor(options: TrafficMeterOptions) {
    this.#options = options;
    this.#ids = new PlaceIds(options.nodeId, maxThings);
  }

  /** A request is over. A place that failed counts its failure, also where another has answered then. */
  finished(record: RequestRecord): void {
    const { nodeId, isPlaceFailure } = this.#options;
    const { answeredBy, attempts, error } = record;
    const tokensPerSecond = speedOf(record);
    for (const { backend, model, outcome, ms } of attempts) {
      const hasAnswered = outcome === "answered";
      const hasFailed = hasAnswered ? error !== null && isPlaceFailure(error) : isPlaceFailure(outcome);
      const ended: EndedRequest = hasAnswered
        ? { hasFailed, firstByteMs: ms, tokensPerSecond }
        : { hasFailed, firstByteMs: null, tokensPerSecond: null };
      const ids = this.#ids.of(backend, model);
      this.#ended(ids.model, ended);
      this.#ended(ids.backend, ended);
      this.#flowed(ids.model, hasFailed);
    }
    const hasFailed = error !== null && error !== "cancelled";
    const firstByteMs = answeredBy === null ? null : record.firstByteMs;
    this.#ended(nodeId, { hasFailed, firstByteMs, tokensPerSecond });
    this.#clientSeen(record, hasFailed);
  }

  /** Everything, for somebody who begins to watch. */
  snapshot(): TrafficSnapshot {
    const open = this.#open();
    return {
      figures: [...this.#things].map(([id, { meter }]) => this.#figures(id, meter, open)),
      history: [...this.#things].map(([id, { spans }]) => ({ id, spans: [...spans] })),
      clients: [...this.#clients.values()].reverse(),
    };
  }

  /** What has changed since it was last asked. */
  takeChange(): TrafficChange {
    const open = this.#open();
    // Something may be on its way to a place of which nothing has ended yet.
    for (const id of open.keys()) this.#thing(id);
    const figures: TrafficFigures[] = [];
    for (const [id, thing] of this.#things) {
      const now = this.#figures(id, thing.meter, open);
      if (thing.told !== undefined && isDeepStrictEqual(thing.told, now)) continue;
      thing.told = now;
      figures.push(now);
    }
    const flows = [...this.#flows].map(([id, flow]) => ({ id, ...flow }));
    const clients = [...this.#newClients]
      .map((name) => this.#clients.get(name))
      .filter((client) => client !== undefined);
    this.#flows = new Map();
    this.#newClients = new Set();
    return { figures, flows, spans: [], clients };
  }

  /** Ends a span of everything's history, but for what has been quiet for as long as a history goes back. */
  endSpan(at: Date): TrafficChange["spans"] {
    const ended: { id: string; span: TrafficSpan }[] = [];
    for (const [id, { meter, spans }] of this.#things) {
      const span = { at: at.toISOString(), ...meter.takeSpan() };
      if (spans.length === 0 && span.requests === 0) continue;
      spans.push(span);
      if (spans.length > maxSpans) spans.shift();
      if (spans.every(({ requests }) => requests === 0)) spans.length = 0;
      ended.push({ id, span });
    }
    return ended;
  }

  /** True when nothing that was told last will change by itself. */
  get isQuiet(): boolean {
    for (const { told } of this.#things.values()) {
      if (told !== undefined && told.requestsPerSecond + told.openRequests > 0) return false;
    }
    return true;
  }

  #ended(id: string, ended: EndedRequest): void {
    this.#thing(id).meter.ended(ended, this.#options.now());
  }

  #flowed(id: string, hasFailed: boolean): void {
    const flow = this.#flows.get(id);
    if (flow === undefined) {
      this.#flows.set(id, { finished: 1, failed: Number(hasFailed) });
      return;
    }
    flow.finished++;
    if (hasFailed) flow.failed++;
  }

  #thing(id: string): Thing {
    const known = this.#things.get(id);
    if (known !== undefined) return known;
    const thing: Thing = { meter: new ThingMeter(), spans: [], told: undefined };
    this.#things.set(id, thing);
    const [oldest] = this.#things.keys();
    if (this.#things.size > maxThings && oldest !== undefined) this.#things.delete(oldest);
    return thing;
  }

  #figures(id: string, meter: ThingMeter, open: ReadonlyMap<string, number>): TrafficFigures {
    return { id, openRequests: open.get(id) ?? 0, ...meter.figures(this.#options.now()) };
  }

  /** By thing. */
  #open(): Map<string, number> {
    const { nodeId, openPlaces, openRequests } = this.#options;
    const open = new Map<string, number>([[nodeId, openRequests()]]);
    const add = (id: string, count: number): void => void open.set(id, (open.get(id) ?? 0) + count);
    for (const { backendId, modelId, count } of openPlaces()) {
      add(modelTopologyId(nodeId, backendId, modelId), count);
      add(backendTopologyId(nodeId, backendId), count);
    }
    return open;
  }

  #clientSeen({ client, at }: RequestRecord, hasFailed: boolean): void {
    const known = this.#clients.get(client);
    // The latest is the last of the map. Nearly always it is the same one again, and stays where it is.
    if (client !== this.#latestClient) this.#clients.delete(client);
    this.#latestClient = client;
    this.#clients.set(client, {
      name: client,
      requests: (known?.requests ?? 0) + 1,
      failures: (known?.failures ?? 0) + Number(hasFailed),
      lastAt: at,
    });
    this.#newClients.add(client);
    const [oldest] = this.#clients.keys();
    if (this.#clients.size > maxClients && oldest !== undefined) this.#clients.delete(oldest);
  }
}

/** How fast the answer was written, in tokens per second; null where that cannot be told. */
function speedOf({ stream, usage, firstByteMs, totalMs }: RequestRecord): number | null {
  if (!stream || usage === null || firstByteMs === null) return null;
  const writingMs = totalMs - firstByteMs;
  // The first token came with the first byte. What took no time was not written token by token.
  const tokens = usage.completionTokens - 1;
  return tokens > 0 && writingMs >= 1 ? (1000 * tokens) / writingMs : null;
}
