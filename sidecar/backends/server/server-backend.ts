import { isDeepStrictEqual } from "node:util";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { Health } from "../../../contract/mesh/health.ts";
import type { NodeId } from "../../../contract/mesh/ids.ts";
import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import type { RecognisedProgram } from "../../../contract/mesh/server-program.ts";
import { Emitter } from "../../platform/emitter.ts";
import { type BackendEntry, isSameServer } from "../../registry/backend-entry.ts";
import type { ServerAddress } from "../../registry/server-address.ts";
import type { AdmissionQueue } from "../../resources/admission-queue.ts";
import type { MeshRequest } from "../../router/mesh-request.ts";
import type { Sink } from "../../router/sink.ts";
import type { Backend, BackendModel, BackendSettings, ProbeLevel, ProbeResult } from "../backend.ts";
import type { ShownCertificate } from "../http/inspect-certificate.ts";
import { adviseOnAddress } from "./address-advice.ts";
import { chosenModels, type ListedModel, modelToAsk } from "./model-list.ts";
import { ServerCalls } from "./server-calls.ts";
import type { ServerDependencies } from "./server-dependencies.ts";
import type { ServerDialect } from "./server-dialect.ts";
import { ServerManagement } from "./server-management.ts";
import { ServerObserver } from "./server-observer.ts";
import { addressOf, privacyOf } from "./server-settings.ts";
import { withSignal } from "./with-signal.ts";

/** How the server was when it was last looked at. */
type Seen = { readonly health: Health; readonly reason: string | null };

/** How long what was last seen counts as what is, in milliseconds. */
const freshMs = 1000;

/** How long somebody waits for a look that another has begun, in milliseconds. */
const joinMs = 2000;
const unseen: Seen = { health: "unknown", reason: null };

/**
 * A server somewhere else, reached over HTTP. Its answers are hostile input: known fields, caps, no redirects. What
 * differs between kinds of servers is their dialect.
 */
export class ServerBackend implements Backend {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly privacy: PrivacyLabel;
  readonly settings: BackendSettings;
  readonly paths: Backend["paths"];
  readonly nativePaths: Backend["nativePaths"];
  readonly manage: ServerManagement | undefined;
  readonly #entry: BackendEntry;
  readonly #queue: AdmissionQueue;
  readonly #calls: ServerCalls;
  readonly #observer: ServerObserver;
  readonly #address: ServerAddress;
  readonly #didChange = new Emitter<void>();
  readonly #ending = new AbortController();
  #open = new Map<string, number>();
  /** What has taken the place of this one, and is the same server with other settings. */
  #successor: ServerBackend | undefined;
  #models: readonly ListedModel[];
  #seen = unseen;
  #nodeId: NodeId | null = null;
  #program: RecognisedProgram | null = null;
  #lookedAt = Number.NEGATIVE_INFINITY;
  #looking: Promise<ProbeResult> | undefined;

  constructor(entry: BackendEntry, dialect: ServerDialect, dependencies: ServerDependencies) {
    this.#entry = entry;
    this.#address = addressOf(entry);
    this.id = entry.id;
    this.kind = entry.kind;
    this.label = entry.label ?? entry.id;
    this.privacy = privacyOf(entry, this.#address);
    this.settings = { isEnabled: entry.enabled, priority: entry.priority, weight: entry.weight };
    this.paths = dialect.paths;
    this.nativePaths = dialect.nativePaths;
    this.#queue = dependencies.queue;
    this.#calls = new ServerCalls({ entry, address: this.#address, privacy: this.privacy, dialect, ...dependencies });
    this.#observer = new ServerObserver(this.id, this.#calls, dialect);
    this.manage =
      dialect.management &&
      new ServerManagement({
        backend: this.id,
        calls: this.#calls,
        management: dialect.management,
        openRequests: (model) => this.#open.get(model) ?? 0,
        onDidChange: () => this.#didChange.fire(),
        look: (signal) => this.#lookAgain(signal),
      });
    this.#models = chosenModels([], entry.models);
  }

  get program(): RecognisedProgram | null {
    return this.#program;
  }

  get nodeId(): NodeId | null {
    return this.#nodeId;
  }

  readonly onDidChange: Backend["onDidChange"] = (listener) => {
    const changes = [this.#didChange.event(listener)];
    // Its line is one of many in the queue; without a limit nothing of it waits.
    if (this.#entry.maxConcurrent !== undefined) changes.push(this.#queue.onDidChange(listener));
    return { dispose: () => void changes.map((each) => each.dispose()) };
  };

  models(name?: string): BackendModel[] {
    const { health, reason } = this.health();
    const { artifacts, contextTokens, maxConcurrent } = this.#entry;
    const wanted = name === undefined ? this.#models : this.#models.filter(({ id }) => id === name);
    // Each request asks: copied field by field, since spreading an object costs many times as much.
    return wanted.map((model) => ({
      id: model.id,
      displayName: model.displayName,
      state: this.manage?.stateOf(model.id) ?? model.state,
      health,
      reason,
      openRequests: this.#open.get(model.id) ?? 0,
      waitingRequests: maxConcurrent === undefined ? null : this.#queue.waitingFor(this.#lane),
      artifact: (Object.hasOwn(artifacts, model.id) ? artifacts[model.id] : model.artifact) ?? null,
      contextTokens: model.contextTokens ?? contextTokens ?? null,
      capabilities: model.capabilities,
      capacity: maxConcurrent ?? model.capacity,
      reported: model.reported,
      ...(model.privacy === undefined ? undefined : { privacy: model.privacy }),
      ...(model.path === undefined ? undefined : { path: model.path }),
    }));
  }

  health(): { health: Health; reason: string | null } {
    return this.settings.isEnabled ? this.#seen : { health: "disabled", reason: null };
  }

  /** @throws MeshError what is wrong with the server; what was last seen stays */
  async refresh(signal: AbortSignal): Promise<void> {
    // One that is switched off is left alone. Many who ask at once need no look each.
    const isFresh = performance.now() - this.#lookedAt < freshMs;
    if (!this.settings.isEnabled || isFresh) return;
    // A look that is under way may itself wait for this one: behind the server may be a node that asks back.
    const isJoining = this.#looking !== undefined;
    await this.#look(isJoining ? AbortSignal.any([signal, AbortSignal.timeout(joinMs)]) : signal);
  }

  /** @throws MeshError what is wrong with the server */
  async probe(level: ProbeLevel, signal: AbortSignal): Promise<ProbeResult> {
    if (level === "models") return await this.#look(signal);
    if (level === "port") {
      try {
        const networkMs = await this.#calls.connect(signal);
        // Whoever listens may answer: whether it does has not been asked.
        if (this.#seen.health === "unhealthy") this.#saw(unseen);
        return { networkMs, isLoading: false };
      } catch (error) {
        throw this.#failed(error, signal);
      }
    }
    const result = await this.#look(signal);
    const model = modelToAsk(this.#models);
    if (result.isLoading || model === undefined) return result;
    try {
      await this.#calls.generateToken(model.id, signal);
      return result;
    } catch (error) {
      // It has understood, and would refuse this question alone: a model for vectors, for example.
      if (error instanceof MeshError && error.code === "backend_rejected") return result;
      throw this.#failed(error, signal);
    }
  }

  async advise(signal: AbortSignal): Promise<string | null> {
    return await adviseOnAddress(this.#address, this.#calls, signal);
  }

  async certificate(signal: AbortSignal): Promise<ShownCertificate | null> {
    return await this.#calls.certificate(signal);
  }

  /** Knows from now on what the one before it knew, if only settings have changed. To be called once, before it is used. */
  takeOver(before: ServerBackend): void {
    if (!isSameServer(this.#entry, before.#entry)) return;
    before.#successor = this;
    this.#open = before.#open;
    this.#nodeId = before.#nodeId;
    this.#program = before.#program;
    // Else its models' names would stand for something else until it is asked again, or for nothing.
    this.#models = chosenModels(before.#models, this.#entry.models);
    this.#seen = before.#seen;
  }

  forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    if (signal.aborted) return Promise.reject(signal.reason);
    // Without a frame of its own where there is no limit: it would live as long as the answer.
    if (this.#entry.maxConcurrent === undefined) return this.#forwardNow(request, sink, signal);
    return this.#forwardInTurn(request, sink, signal);
  }

  /** Answers that are open go on to their end. */
  dispose(): void {
    this.#ending.abort(new MeshError("cancelled", {}));
  }

  /** What a request that has waited may be sent to: undefined when somebody has taken the server out, or moved it. */
  get #current(): ServerBackend | undefined {
    if (!this.#ending.signal.aborted) return this.settings.isEnabled ? this : undefined;
    return this.#successor === undefined ? undefined : this.#successor.#current;
  }

  /** No model of this node has a slash in its name: the lane is nobody else's. */
  get #lane(): string {
    return `backend/${this.id}`;
  }

  async #forwardInTurn(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const { maxConcurrent: capacity = 1 } = this.#entry;
    const { model, caller } = request;
    const slot = await this.#queue.enter({ model, lane: this.#lane, capacity, places: 1, ...caller }, signal);
    try {
      const current = this.#current;
      if (current === undefined) {
        const reasons = [`${this.id}: it was switched off or changed meanwhile`];
        throw new MeshError("no_place", { model, reasons, retryAfterSeconds: 1 });
      }
      await current.#forwardNow(request, sink, signal);
    } finally {
      slot.release();
    }
  }

  async #forwardNow(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void> {
    const model = request.model;
    this.#count(model, 1);
    request.onSent?.();
    try {
      await this.#calls.forward(request, sink, signal);
    } catch (error) {
      // Its list has changed since: no further request should have to find that out.
      if (error instanceof MeshError && error.code === "backend_model_missing") {
        this.refresh(this.#ending.signal).catch(() => undefined);
      }
      throw error;
    } finally {
      this.#count(model, -1);
    }
  }

  #count(model: string, change: 1 | -1): void {
    const open = (this.#open.get(model) ?? 0) + change;
    if (open === 0) this.#open.delete(model);
    else this.#open.set(model, open);
    this.#didChange.fire();
  }

  /** A look that is under way may have asked before what has just been done. */
  async #lookAgain(signal: AbortSignal): Promise<void> {
    await this.#looking?.catch(() => undefined);
    await this.#look(signal);
  }

  /** Looks once for all who want to know at the same time. */
  async #look(signal: AbortSignal): Promise<ProbeResult> {
    this.#looking ??= this.#lookNow().finally(() => {
      this.#looking = undefined;
      this.#lookedAt = performance.now();
    });
    return await withSignal(this.#looking, signal);
  }

  async #lookNow(): Promise<ProbeResult> {
    const { signal } = this.#ending;
    try {
      const { networkMs, list } = await this.#observer.look(signal);
      if (list === undefined) {
        this.#saw({ health: "loading", reason: "it is loading its model" });
        return { networkMs, isLoading: true };
      }
      this.#nodeId = list.nodeId;
      const isOther = !isDeepStrictEqual(list.program, this.#program);
      this.#program = list.program;
      this.#saw({ health: "healthy", reason: null }, chosenModels(list.models, this.#entry.models), isOther);
      return { networkMs, isLoading: false };
    } catch (error) {
      throw this.#failed(error, signal);
    }
  }

  #failed(error: unknown, signal: AbortSignal): unknown {
    if (signal.aborted) return signal.reason;
    if (error instanceof MeshError) {
      const reason = "problem" in error.params ? error.params.problem : error.message;
      this.#saw({ health: "unhealthy", reason });
    }
    return error;
  }

  #saw(seen: Seen, models = this.#models, isOther = false): void {
    const isNews = isOther || !isDeepStrictEqual([seen, models], [this.#seen, this.#models]);
    this.#seen = seen;
    this.#models = models;
    if (isNews) this.#didChange.fire();
  }
}
