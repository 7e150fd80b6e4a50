import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ModelState } from "../../../contract/mesh/model.ts";
import type { ModelManagement } from "../backend.ts";
import type { ServerCalls } from "./server-calls.ts";
import type { ManagementCalls } from "./server-dialect.ts";

export interface ServerManagementOptions {
  readonly backend: string;
  readonly calls: ServerCalls;
  readonly management: ManagementCalls;
  readonly openRequests: (model: string) => number;
  readonly onDidChange: () => void;
  /** Looks at the server's models again. */
  readonly look: (signal: AbortSignal) => Promise<void>;
}

const states = { load: "loading", unload: "unloading" } as const;

/** Loads and unloads models through a server's own calls. What is under way shows as the model's state. */
export class ServerManagement implements ModelManagement {
  readonly #options: ServerManagementOptions;
  readonly #underWay = new Map<string, "load" | "unload">();

  constructor(options: ServerManagementOptions) {
    this.#options = options;
  }

  /** Undefined where nothing is under way. */
  stateOf(model: string): ModelState | undefined {
    const action = this.#underWay.get(model);
    return action === undefined ? undefined : states[action];
  }

  async load(model: string, signal: AbortSignal): Promise<void> {
    await this.#instruct("load", model, signal);
  }

  async unload(model: string, { signal, force }: { signal: AbortSignal; force: boolean }): Promise<void> {
    const openRequests = this.#options.openRequests(model);
    if (openRequests > 0 && !force) throw new MeshError("model_in_use", { model, openRequests });
    await this.#instruct("unload", model, signal);
  }

  async #instruct(action: "load" | "unload", model: string, signal: AbortSignal): Promise<void> {
    const { backend, calls, management, onDidChange, look } = this.#options;
    if (this.#underWay.has(model)) {
      throw new MeshError("backend_load_failed", { backend, model, reason: `it is already ${this.stateOf(model)}` });
    }
    this.#underWay.set(model, action);
    onDidChange();
    try {
      const body = await calls.instruct(management.call(action, model), model, signal);
      const problem = management.problemIn(body, backend);
      if (problem !== null) {
        throw new MeshError("backend_load_failed", { backend, model, reason: calls.quote(problem) });
      }
    } finally {
      this.#underWay.delete(model);
      onDidChange();
    }
    // It is done, whatever a look shows; what could not be seen now is seen by the next probe.
    await look(signal).catch(() => undefined);
  }
}
