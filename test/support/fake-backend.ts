import type { Health } from "../../contract/mesh/health.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { Backend, BackendModel } from "../../sidecar/backends/backend.ts";
import { Emitter } from "../../sidecar/platform/emitter.ts";

export interface FakeBackendOptions {
  readonly id?: string;
  readonly models?: readonly string[];
  /** Models that the next refresh finds. */
  readonly appearing?: readonly string[];
  readonly health?: { readonly health: Health; readonly reason: string | null };
  readonly privacy?: PrivacyLabel;
  readonly forward?: Backend["forward"];
  readonly paths?: Backend["paths"];
  /** Of each model. */
  readonly contextTokens?: number;
}

/** A backend that does what a test tells it to. */
export class FakeBackend implements Backend {
  readonly kind = "fake";
  readonly id: string;
  readonly label: string;
  readonly privacy: PrivacyLabel;
  readonly settings = { isEnabled: true, priority: 0, weight: 1 };
  readonly onDidChange = new Emitter<void>().event;
  readonly forward: Backend["forward"];
  readonly paths: Backend["paths"];
  readonly #options: FakeBackendOptions;
  #models: BackendModel[];

  constructor(options: FakeBackendOptions = {}) {
    this.#options = options;
    this.id = options.id ?? "fake";
    this.label = `Backend ${this.id}`;
    this.privacy = options.privacy ?? "local";
    this.paths = options.paths;
    this.forward = options.forward ?? (async (_request, sink) => sink.end());
    this.#models = (options.models ?? []).map((id) => this.#model(id));
  }

  models(): readonly BackendModel[] {
    return this.#models;
  }
  health(): { readonly health: Health; readonly reason: string | null } {
    return this.#options.health ?? { health: "healthy", reason: null };
  }
  async refresh(): Promise<void> {
    this.#models = [...(this.#options.models ?? []), ...(this.#options.appearing ?? [])].map((id) => this.#model(id));
  }
  #model(id: string): BackendModel {
    return { ...healthyModel(id), contextTokens: this.#options.contextTokens ?? null };
  }

  dispose(): void {
    // Holds nothing.
  }
}

const healthyModel = (id: string): BackendModel => ({
  id,
  health: "healthy",
  reason: null,
  openRequests: 0,
  waitingRequests: null,
  displayName: id,
  state: null,
  artifact: null,
  contextTokens: null,
  capabilities: null,
  capacity: null,
  reported: null,
});
