import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { NodeId } from "../../../contract/mesh/ids.ts";
import type { RecognisedProgram } from "../../../contract/mesh/server-program.ts";
import { eachOnce, type ListedModel } from "./model-list.ts";
import { ProgramWatch } from "./programs/program-watch.ts";
import type { ServerCalls } from "./server-calls.ts";
import type { ServerDialect } from "./server-dialect.ts";

/** What one look at a server has shown. */
export interface Observation {
  /** The round trip of the list, in milliseconds. */
  readonly networkMs: number;
  /** Undefined while it is loading, when nothing else is known either. */
  readonly list?: {
    readonly nodeId: NodeId | null;
    readonly models: readonly ListedModel[];
    readonly program: RecognisedProgram | null;
  };
}

/** Looks at one server: its list of models, and what the program behind it tells besides. */
export class ServerObserver {
  readonly #backend: string;
  readonly #calls: ServerCalls;
  readonly #dialect: ServerDialect;
  readonly #watch: ProgramWatch;

  constructor(backend: string, calls: ServerCalls, dialect: ServerDialect) {
    this.#backend = backend;
    this.#calls = calls;
    this.#dialect = dialect;
    this.#watch = new ProgramWatch(dialect.programs ?? [], async (path, signal) => {
      const answer = await calls.ask(path, signal);
      return answer?.status === 200 ? answer.body : undefined;
    });
  }

  /** @throws MeshError what is wrong with the server; or the signal's reason */
  async look(signal: AbortSignal): Promise<Observation> {
    try {
      return await this.#lookNow(signal);
    } catch (error) {
      this.#watch.forget();
      throw error;
    }
  }

  async #lookNow(signal: AbortSignal): Promise<Observation> {
    const { networkMs, list, headers } = await this.#calls.listModels(signal);
    if (list === "loading") return { networkMs };
    const pages = list === "none" ? [] : list.map((page) => this.#dialect.readList(page, this.#backend));
    const { nodeId = null, program } = pages[0] ?? {};
    const models = eachOnce(pages.flatMap((page) => page.models));
    // Who says what it is needs no further questions.
    if (program !== undefined) return { networkMs, list: { nodeId, models, program } };
    const details = await this.#dialect.addDetails?.(models, (path, body) => this.#calls.askOwn(path, body, signal));
    if (details !== undefined) return { networkMs, list: { nodeId, ...details } };
    const described = await this.#watch.look({ headers, models }, signal);
    const isLoading = await this.#isLoading(signal);
    if (isLoading) return { networkMs };
    return { networkMs, list: { nodeId, models: described, program: this.#watch.recognised } };
  }

  /** @throws MeshError when it says itself that it could not answer */
  async #isLoading(signal: AbortSignal): Promise<boolean> {
    const { health } = this.#watch;
    if (health === undefined || (await this.#calls.ask(health.path, signal))?.status !== 503) return false;
    if (health.unavailable === "loading") return true;
    throw new MeshError("backend_failed", { backend: this.#backend, status: 503 });
  }
}
