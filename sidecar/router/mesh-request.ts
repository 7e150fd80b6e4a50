import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { StrategyId } from "../../contract/mesh/routing.ts";
import type { RoutedPath } from "../../contract/openai/paths.ts";
import type { QueuePosition } from "../resources/admission-queue.ts";
import type { Priority } from "../resources/waiting-line.ts";
import type { Envelope } from "./envelope.ts";

/** Who asks, as far as routing and the queue of a busy model have to know. */
export interface Caller {
  /** A key or a connection. Clients of a busy model take turns. */
  readonly client: string;
  readonly priority: Priority;
  /** Told while the request waits for its turn, where the client has a channel for that. */
  readonly onPosition?: (position: QueuePosition) => void;
}

/** What a request may ask of its routing. It can tighten what the person has set, never widen it. */
export interface RouteWishes {
  readonly strategy?: StrategyId | undefined;
  /** The widest label that it may reach. */
  readonly privacy?: PrivacyLabel | undefined;
  /** The same, as the workspace says from which it comes. */
  readonly workspacePrivacy?: PrivacyLabel | undefined;
  /** Only these backends are asked. */
  readonly onlyBackends?: readonly string[] | undefined;
  /** These are not asked. */
  readonly notBackends?: readonly string[] | undefined;
  /** Nothing is loaded for it: at this node's own engine, or anywhere. Servers that do not tell what is in memory are asked. */
  readonly onlyLoaded?: "here" | "everywhere" | undefined;
}

/** One request on its way through the router. The body is opaque: only the envelope was read. */
export interface MeshRequest {
  /** Names the request in logs and answers. */
  readonly id: string;
  readonly path: RoutedPath;
  /** The client's bytes, forwarded unchanged but for the model's name where an alias stands for it. */
  readonly body: Buffer;
  /** What divides the body where it is a form (`multipart/form-data`); left out where it is JSON. */
  readonly boundary?: string | undefined;
  /** Set where the body is of another dialect, which the place speaks: its path there, and its headers. */
  readonly native?: { readonly path: string; readonly headers: readonly (readonly [name: string, value: string])[] };
  readonly caller: Caller;
  readonly envelope: Envelope;
  /** What the chosen backend calls the model; the envelope has the name that was asked for. */
  readonly model: string;
  /** The widest label that it may reach, here and behind other nodes. */
  readonly privacy: PrivacyLabel;
  /** The nodes that the request has passed, in their order; this one is not among them. */
  readonly meshPath: readonly string[];
  /** To be called when the request has its turn and is on its way: what was waited until then is not the model's time. */
  readonly onSent?: () => void;
}
