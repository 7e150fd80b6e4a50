import type * as z from "zod";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { RouteTag } from "../../contract/mesh/routing.ts";
import type { chatStream, StreamedChatRequest } from "../../contract/rpc/chat.ts";
import { askNode } from "../sidecar/ask-node.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { ModelChoice } from "./model-choice.ts";

export interface StreamAnswerOptions {
  readonly choice: ModelChoice;
  readonly messages: StreamedChatRequest["messages"];
  /** Sampling and limits. */
  readonly fields?: Partial<StreamedChatRequest>;
  /** Places that are not asked. */
  readonly notBackends?: readonly string[];
  /** How far the workspace lets the question travel; null when it says nothing. */
  readonly workspacePrivacy: PrivacyLabel | null;
  readonly onText: (text: string) => void;
  /** What the model thinks, which comes before its text. */
  readonly onReasoning?: (text: string) => void;
  /** Where the answer comes from: told once, before its first piece or when there is none. */
  readonly onRoute?: (tag: RouteTag) => void;
  /** The model is busy, and this is the question's place among those that wait; 1 is next. */
  readonly onWaiting: (position: number) => void;
  readonly signal: AbortSignal;
}

/** Asks a model, and hands on the text as it comes. @throws MeshError */
export async function streamAnswer(
  client: NodeClient,
  options: StreamAnswerOptions,
): Promise<z.infer<typeof chatStream.result>> {
  const { messages, fields, notBackends = [], workspacePrivacy, onText, onReasoning, onRoute, onWaiting } = options;
  const { model, ...wishes } = options.choice;
  return await askNode(client, {
    request: { ...fields, model, messages },
    wishes: {
      ...wishes,
      ...(notBackends.length === 0 ? {} : { notBackends: [...notBackends] }),
      ...(workspacePrivacy === null ? {} : { workspacePrivacy }),
    },
    onPiece: ({ text, reasoning = "" }) => {
      if (reasoning !== "") onReasoning?.(reasoning);
      if (text !== "") onText(text);
    },
    ...(onRoute === undefined ? {} : { onRoute }),
    onWaiting,
    signal: options.signal,
  });
}
