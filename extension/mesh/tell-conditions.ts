import * as vscode from "vscode";
import type { ChatSession } from "../chat/chat-session.ts";
import type { InlineChat } from "../inline/inline-chat.ts";
import type { EditorChatMembership } from "../native/editor-chat-membership.ts";
import { ContextKeys } from "../platform/context-keys.ts";
import type { WalkthroughProgress } from "../platform/walkthrough-progress.ts";
import { type ContextValues, contextValues } from "./context-values.ts";
import type { MeshStore } from "./mesh-store.ts";

export interface ConditionSources {
  readonly store: MeshStore;
  readonly session: ChatSession;
  readonly inline: InlineChat;
  readonly editorChat: EditorChatMembership;
  readonly walkthrough: WalkthroughProgress;
}

/** Keeps package.json's conditions and the walkthrough's steps at what is the case. */
export function tellConditions(sources: ConditionSources): vscode.Disposable {
  const { store, session, inline, editorChat, walkthrough } = sources;
  const keys = new ContextKeys<ContextValues>();
  const tell = (): void => {
    const values = contextValues(store, {
      hasAsked: session.turns.length > 0,
      isInEditorChat: editorChat.isJoined(),
      stepsDone: walkthrough.told,
      isReviewing: inline.desk.isInFront,
      isWriting: inline.isWriting,
    });
    keys.update(values);
    if (values["inferenceMesh.nodeState"] === "ready") walkthrough.did("node");
    if (values["inferenceMesh.hasLoadedModel"]) walkthrough.did("model");
    if (values["inferenceMesh.hasAsked"]) walkthrough.did("chat");
    if (values["inferenceMesh.isInEditorChat"]) walkthrough.did("editorChat");
  };
  const changing = [walkthrough, store, session, editorChat, inline, inline.desk];
  return vscode.Disposable.from(...changing.map((source) => source.onDidChange(tell)));
}
