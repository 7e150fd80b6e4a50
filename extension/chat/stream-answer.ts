import type { z } from "zod";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { chatStream, StreamedChatRequest } from "../../contract/rpc/chat.ts";
import { askNode } from "../sidecar/ask-node.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { ModelChoice } from "./model-choice.ts";

export interface StreamAnswerOptions {
  readonly choice: ModelChoice;
  readonly messages: StreamedChatRequest["messages"];
  /** How far the workspace lets the question travel; null when it says nothing. */
  readonly workspacePrivacy: PrivacyLabel | null;
  readonly onText: (text: string) => void;
  /** The model is busy, and this is the question's place among those that wait; 1 is next. */
  readonly onWaiting: (position: number) => void;
  readonly signal: AbortSignal;
}

/** Asks a model, and hands on the text as it comes. @throws MeshError */
export async function streamAnswer(
  client: NodeClient,
  { choice, messages, workspacePrivacy, onText, onWaiting, signal }: StreamAnswerOptions,
): Promise<z.infer<typeof chatStream.result>> {
  const { model, ...wishes } = choice;
  return await askNode(client, {
    request: { model, messages },
    wishes: { ...wishes, ...(workspacePrivacy === null ? {} : { workspacePrivacy }) },
    onPiece: ({ text }) => onText(text),
    onWaiting,
    signal,
  });
}
