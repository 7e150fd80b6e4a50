import type { Health } from "../../contract/mesh/health.ts";
import type { BackendId } from "../../contract/mesh/ids.ts";
import type { ModelState } from "../../contract/mesh/model.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { Disposable } from "../platform/disposables.ts";
import type { Event } from "../platform/emitter.ts";
import type { MeshRequest } from "../router/mesh-request.ts";
import type { Sink } from "../router/sink.ts";

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
}

/** Whatever answers requests: the engine on this machine, later peers, servers, clouds and clusters. */
export interface Backend extends Disposable {
  readonly id: BackendId;
  /** The key of its definition in `backends/index.ts`. */
  readonly kind: string;
  readonly label: string;
  readonly privacy: PrivacyLabel;
  /** As last seen; never waits. */
  models(): readonly BackendModel[];
  health(): { readonly health: Health; readonly reason: string | null };
  readonly onDidChange: Event<void>;
  /** Looks for models that have come or gone since. */
  refresh(signal: AbortSignal): Promise<void>;

  /**
   * Sends the request's bytes and passes the answer's bytes on, unread. Resolves when the answer has ended well.
   * An abort reaches the backend at once. An answer that is an error is thrown, not passed on. After `sink.begin` the request may not be sent anywhere else.
   *
   * @throws MeshError what went wrong; the caller tells the sink
   */
  forward(request: MeshRequest, sink: Sink, signal: AbortSignal): Promise<void>;
}
