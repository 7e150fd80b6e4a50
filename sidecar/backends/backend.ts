import type { Health } from "../../contract/mesh/health.ts";
import type { BackendId, NodeId } from "../../contract/mesh/ids.ts";
import type { ModelState } from "../../contract/mesh/model.ts";
import type { ModelCapability } from "../../contract/mesh/model-capability.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { RecognisedProgram } from "../../contract/mesh/server-program.ts";
import type { InferencePath } from "../../contract/openai/paths.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { Event } from "../platform/emitter.ts";
import type { MeshRequest } from "../router/mesh-request.ts";
import type { Sink } from "../router/sink.ts";
import type { ShownCertificate } from "./http/inspect-certificate.ts";

/** One model as a backend offers it. */
export interface BackendModel {
  readonly id: string;
  /** What people call it. */
  readonly displayName: string;
  /** What its engine is doing; null where the backend does not tell. */
  readonly state: ModelState | null;
  readonly health: Health;
  readonly reason: string | null;
  readonly openRequests: number | null;
  /** Requests that wait on this node for the model; null where the backend has a queue of its own, or none. */
  readonly waitingRequests: number | null;
  /** What the model is: `sha256:<artifact>+<template>`, or a revision that somebody has named; null when nobody says. */
  readonly artifact: string | null;
  /** The context of one conversation, in tokens; null when not reported. */
  readonly contextTokens: number | null;
  /** Null when not reported: it may or may not. */
  readonly capabilities: readonly ModelCapability[] | null;
  /** Requests that it answers at the same time; null when not reported. */
  readonly capacity: number | null;
  /** What the backend says about its load, other clients' requests included; null where it says nothing. */
  readonly reported: ReportedLoad | null;
  /** True for the built-in model that shows how things work: nobody means it by `auto` who has another. */
  readonly isDemo?: boolean;
  /** How far a prompt travels to this model, where that may be further than to the backend itself. */
  readonly privacy?: PrivacyLabel;
  /** The nodes that answer for it, nearest first; none where a server or this node does. */
  readonly path?: readonly NodeId[];
}

/** A backend's own figures; null for each that it does not report. */
export interface ReportedLoad {
  readonly queue: number | null;
  readonly running: number | null;
  /** Share of the key-value memory in use, 0 to 1. */
  readonly cacheUse: number | null;
}

/** What a person has set for a backend. */
export interface BackendSettings {
  readonly isEnabled: boolean;
  /** 0 is asked first. */
  readonly priority: number;
  /** 1 to 100. */
  readonly weight: number;
}

/** Loads and unloads models on another machine. */
export interface ModelManagement {
  /**
   * Answers when the model is there. An abort ends the waiting alone: what has begun there goes on.
   *
   * @throws MeshError `backend_load_failed`, and what is wrong with the server
   */
  load(model: string, signal: AbortSignal): Promise<void>;
  /** @throws MeshError `model_in_use` while this node's requests for it are open there, unless forced; and as `load` */
  unload(model: string, options: { readonly signal: AbortSignal; readonly force: boolean }): Promise<void>;
}

/** How much a probe asks: whether somebody listens, for the model list, or for one token. */
export type ProbeLevel = "port" | "models" | "generate";

/** What a probe that went well has shown; one that did not throws a MeshError. */
export interface ProbeResult {
  /** The round trip of the cheapest question, in milliseconds. */
  readonly networkMs: number;
  /** True while it cannot answer yet, but will. */
  readonly isLoading: boolean;
}

/** Whatever answers requests: the engine on this machine, later peers, servers, clouds and clusters. */
export interface Backend extends Disposable {
  readonly id: BackendId;
  /** The key of its definition in `backends/index.ts`. */
  readonly kind: string;
  readonly label: string;
  readonly privacy: PrivacyLabel;
  readonly settings: BackendSettings;
  /** What it can be asked; everything where it is left out. */
  readonly paths?: readonly InferencePath[] | undefined;
  /** Calls of other dialects that it takes as they are, such as `/v1/messages`; none where it is left out. */
  readonly nativePaths?: readonly string[] | undefined;
  /** The node that answers there, where it has said so: a request that comes from it must not go back. */
  readonly nodeId?: NodeId | null;
  /** What answers there, where it was recognised. */
  readonly program?: RecognisedProgram | null;
  /** Left out where its models load by themselves, or cannot be loaded from here. */
  readonly manage?: ModelManagement | undefined;
  /** As last seen; never waits. With a name others may be left out: each request asks for one of what may be thousands. */
  models(name?: string): readonly BackendModel[];
  health(): { readonly health: Health; readonly reason: string | null };
  readonly onDidChange: Event<void>;
  /** Looks for models that have come or gone since. */
  refresh(signal: AbortSignal): Promise<void>;
  /** Asks whether it could answer. Undefined where the node knows that without asking, as of its own engines. */
  probe?(level: ProbeLevel, signal: AbortSignal): Promise<ProbeResult>;

  /** What seems to be wrong with its address after a look has failed, in words; null when nothing better is known. */
  advise?(signal: AbortSignal): Promise<string | null>;

  /** What a server shows of itself, with nothing sent to it; null over plain HTTP. @throws MeshError why there is no handshake */
  certificate?(signal: AbortSignal): Promise<ShownCertificate | null>;

  /**
   * Sends the request's bytes and passes the answer's bytes on, unread. Resolves when the answer has ended well.
   * An abort reaches the backend at once. An answer that is an error is thrown, not passed on. After `sink.begin` the request may not be sent anywhere else.
   *
   * @throws MeshError what went wrong; the caller tells the sink
   */
  forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void>;
}
