import type { MeshError } from "../../contract/errors/mesh-error.ts";

/** The node that this window is attached to. */
export interface AttachedNode {
  readonly name: string;
  readonly version: string;
  readonly pid: number;
}

/** What this window knows of its node. Every view, command and context key is a function of this. */
export type NodeState =
  | { readonly kind: "notStarted" }
  /** The folder is not trusted: nothing is started for it. */
  | { readonly kind: "restricted" }
  | { readonly kind: "starting"; readonly isAgain: boolean }
  | { readonly kind: "ready"; readonly node: AttachedNode }
  /** Ended on purpose, here or elsewhere. */
  | { readonly kind: "stopped" }
  /** Ended by itself too often to be started once more. */
  | { readonly kind: "crashed"; readonly error: MeshError }
  | { readonly kind: "failed"; readonly error: MeshError };

export const nodeStateKinds = [
  "notStarted",
  "restricted",
  "starting",
  "ready",
  "stopped",
  "crashed",
  "failed",
] as const satisfies readonly NodeState["kind"][];
