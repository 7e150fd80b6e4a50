import type { z } from "zod";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { chatStream } from "../../contract/rpc/chat.ts";
import { askNode } from "../sidecar/ask-node.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";

export interface StreamAnswerOptions {
  readonly model: string;
  readonly messages: readonly { readonly role: "system" | "user" | "assistant"; readonly content: string }[];
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
  { model, messages, workspacePrivacy, onText, onWaiting, signal }: StreamAnswerOptions,
): Promise<z.infer<typeof chatStream.result>> {
  return await askNode(client, {
    request: { model, messages: [...messages] },
    wishes: workspacePrivacy === null ? {} : { workspacePrivacy },
    onPiece: ({ text }) => onText(text),
    onWaiting,
    signal,
  });
}
