import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import { askNode } from "../sidecar/ask-node.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { type CollectedCall, CollectedCalls } from "./collected-calls.ts";
import type { OfferedModel } from "./offered-models.ts";
import type { ToolPlan } from "./tool-plan.ts";

export interface EditorQuestion {
  readonly model: OfferedModel;
  readonly messages: StreamedChatRequest["messages"];
  readonly plan: ToolPlan;
  /** Sampling, as the editor's callers may set it. */
  readonly options: Partial<StreamedChatRequest>;
  /** How far the workspace lets the question travel; null when it says nothing. */
  readonly workspacePrivacy: PrivacyLabel | null;
}

export interface EditorAnswerSink {
  readonly text: (text: string) => void;
  readonly call: (call: CollectedCall) => void;
  readonly newId: () => string;
  readonly signal: AbortSignal;
}

/**
 * One answer for the editor's own chat: text as it comes, calls when they are whole. All of its state is its own, so that
 * answers at the same time do not mix. @throws MeshError
 */
export async function answerEditor(
  client: NodeClient,
  question: EditorQuestion,
  sink: EditorAnswerSink,
): Promise<void> {
  const { model, plan, messages, workspacePrivacy } = question;
  const calls = new CollectedCalls(model.model, sink.newId);
  const told = plan.instructions === null ? [] : [{ role: "system" as const, content: plan.instructions }];
  const whole = plan.wholeAnswerCalls;
  await askNode(client, {
    request: { ...question.options, ...plan.fields, model: model.model, messages: [...told, ...messages] },
    wishes: {
      ...(model.strategy === undefined ? {} : { strategy: model.strategy }),
      ...(model.privacy === undefined ? {} : { privacy: model.privacy }),
      ...(workspacePrivacy === null ? {} : { workspacePrivacy }),
    },
    onPiece: ({ text, toolCalls = [] }) => {
      for (const piece of toolCalls) calls.add(piece);
      if (text === "") return;
      if (whole === null) sink.text(text);
      else calls.add({ index: 0, name: whole, arguments: text });
    },
    signal: sink.signal,
  });
  for (const call of calls.finish()) sink.call(call);
}
