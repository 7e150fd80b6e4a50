import type { MeshStore } from "./mesh-store.ts";
import { hasNoModel } from "./tree-entries.ts";

/** The context keys that package.json's conditions may use; a test holds the two together. */
export interface ContextValues {
  "inferenceMesh.nodeState": string;
  /** The code of the error that keeps the node from running, or "". */
  "inferenceMesh.failure": string;
  "inferenceMesh.hasNoModel": boolean;
  "inferenceMesh.hasLoadedModel": boolean;
  "inferenceMesh.hasAsked": boolean;
  /** Our models were made part of the editor's own chat. */
  "inferenceMesh.isInEditorChat": boolean;
  /** Names of the walkthrough's steps that are done; see `WalkthroughProgress`. */
  "inferenceMesh.stepsDone": string;
  /** A person looks at a proposed edit. */
  "inferenceMesh.isReviewing": boolean;
  /** A model writes an edit or an answer in an editor. */
  "inferenceMesh.isWriting": boolean;
}
export const contextKeys = [
  "inferenceMesh.nodeState",
  "inferenceMesh.failure",
  "inferenceMesh.hasNoModel",
  "inferenceMesh.hasLoadedModel",
  "inferenceMesh.hasAsked",
  "inferenceMesh.isInEditorChat",
  "inferenceMesh.stepsDone",
  "inferenceMesh.isReviewing",
  "inferenceMesh.isWriting",
] as const satisfies readonly (keyof ContextValues)[];

/** What the store does not know. */
export interface ContextFacts {
  readonly hasAsked: boolean;
  readonly isInEditorChat: boolean;
  readonly stepsDone: string;
  readonly isReviewing: boolean;
  readonly isWriting: boolean;
}

/** What the conditions see at this moment. */
export function contextValues(
  store: MeshStore,
  { hasAsked, isInEditorChat, stepsDone, isReviewing, isWriting }: ContextFacts,
): ContextValues {
  const state = store.nodeState;
  return {
    "inferenceMesh.nodeState": state.kind,
    "inferenceMesh.failure": "error" in state ? state.error.code : "",
    "inferenceMesh.hasNoModel": hasNoModel(store),
    "inferenceMesh.hasLoadedModel": store.models?.some((model) => model.state === "loaded") ?? false,
    "inferenceMesh.hasAsked": hasAsked,
    "inferenceMesh.isInEditorChat": isInEditorChat,
    "inferenceMesh.stepsDone": stepsDone,
    "inferenceMesh.isReviewing": isReviewing,
    "inferenceMesh.isWriting": isWriting,
  };
}
