import type {
  TrafficChange,
  TrafficClient,
  TrafficFigures,
  TrafficSnapshot,
  TrafficSpan,
} from "../../contract/mesh/traffic.ts";

/** As many spans as the node remembers. */
const maxSpans = 60;

/** This window's copy of what flows, while a view watches it. */
export class TrafficCopy {
  #figures = new Map<string, TrafficFigures>();
  #history = new Map<string, TrafficSpan[]>();
  #clients = new Map<string, TrafficClient>();

  reset(snapshot?: TrafficSnapshot): void {
    this.#figures = new Map(snapshot?.figures.map((figures) => [figures.id, figures]));
    this.#history = new Map(snapshot?.history.map(({ id, spans }) => [id, [...spans]]));
    this.#clients = new Map(snapshot?.clients.map((client) => [client.name, client]));
  }

  apply({ figures, spans, clients }: TrafficChange): void {
    for (const each of figures) this.#figures.set(each.id, each);
    for (const { id, span } of spans) {
      const history = this.#history.get(id) ?? [];
      this.#history.set(id, [...history, span].slice(-maxSpans));
    }
    for (const client of clients) this.#clients.set(client.name, client);
  }

  /** Undefined for what was never asked, and while nobody watches. */
  of(id: string): TrafficFigures | undefined {
    return this.#figures.get(id);
  }

  /** Oldest first. */
  historyOf(id: string): readonly TrafficSpan[] {
    return this.#history.get(id) ?? [];
  }

  /** The latest first. */
  get clients(): readonly TrafficClient[] {
    return [...this.#clients.values()].sort((a, b) => b.lastAt.localeCompare(a.lastAt));
  }

  /** Things with requests on their way. */
  get busy(): readonly TrafficFigures[] {
    return [...this.#figures.values()].filter(({ openRequests }) => openRequests > 0);
  }
}
