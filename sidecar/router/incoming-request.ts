import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { RouteTag } from "../../contract/mesh/routing.ts";
import type { MeshRequest, RouteWishes } from "./mesh-request.ts";
import type { OriginalRequest } from "./original-request.ts";
import type { RunAnswer } from "./route-run.ts";

/** What the client's key may ask for; null is no limit. */
export interface KeyPermit {
  /** Names of aliases or of models. */
  readonly models: readonly string[] | null;
  /** The widest label that its requests may reach. */
  readonly privacy: PrivacyLabel | null;
}

/** What is known of an answer's size at its end. */
export type AnswerCounts = Pick<RunAnswer, "usage" | "pieces">;

/** A request as it comes in: nothing of its body has been read. */
export interface IncomingRequest extends Pick<MeshRequest, "path" | "body" | "boundary" | "caller"> {
  /** The nodes that it has passed; none by default. */
  readonly meshPath?: readonly string[];
  readonly wishes?: RouteWishes;
  /** Everything by default. */
  readonly permit?: KeyPermit;
  /** Where it is one of another dialect that some places speak: then `body` is its own, and `path` what it comes to. */
  readonly original?: OriginalRequest | undefined;
  /** Told where the answer comes from, once: before its first byte, or when there is none. For those who have no headers. */
  readonly onRoute?: (tag: RouteTag) => void;
  /** Told of an answer that has begun, at its end, whole or broken off: for those who count. */
  readonly onDidAnswer?: (answer: AnswerCounts) => void;
}
