import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { AttachmentChip, Turn } from "../../contract/webview/chat-turns.ts";
import { milliseconds } from "../mesh/quantities.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import type { Attachment } from "./attachments/attachment.ts";
import { errorNotice } from "./chat-notice.ts";
import type { Continuation } from "./chat-session.ts";
import { type Answer, type ChatTurn, isOpen } from "./conversation.ts";
import type { SiblingPlace } from "./conversations/conversation-tree.ts";

/** What a turn does not know by itself. */
export interface TurnContext {
  readonly siblings: SiblingPlace | null;
  /** How it can be gone on with; null for all but the last one. */
  readonly continuation: Continuation | null;
}

/** A turn as the view shows it: words instead of codes and numbers. */
export function viewTurn(turn: ChatTurn, { siblings, continuation }: TurnContext, t: Translate): Turn {
  const { id, text } = turn;
  if (turn.role === "user") {
    return { id, role: "user", text, attachments: turn.attachments.map((each) => attachmentChip(each, t)), siblings };
  }
  const error = MeshError.fromWire(turn.error ?? undefined);
  return {
    id,
    role: "assistant",
    text,
    reasoning: turn.reasoning,
    state: turn.state,
    model: plainText(turn.modelName, 60),
    figures: answerFigures(turn, t),
    canContinue: continuation,
    hasRoute: turn.routes.some(({ requestId }) => requestId !== null),
    siblings,
    isCut: turn.finishReason === "length",
    failure: turn.state !== "failed" ? null : errorNotice(error ?? new MeshError("internal", { reference: "-" }), t),
  };
}

const attachmentChip = ({ id, kind, label, detail, image, isEmptied }: Attachment, t: Translate): AttachmentChip => ({
  id,
  kind,
  label: plainText(label),
  detail: plainText(detail, 300),
  tokens: null,
  isExact: false,
  thumbnail: image,
  problem: isEmptied === true ? t("It was too large to be kept with the conversation.") : null,
});

/** Only what was measured: a figure that the backend did not report is left out, never zero. */
export function answerFigures(answer: Answer, t: Translate): string {
  const { completionTokens, firstTokenMs, totalMs, queuePosition } = answer;
  if (isOpen(answer) && queuePosition !== null) {
    return t("The model is busy: number {0} in the queue", { 0: queuePosition });
  }
  if (firstTokenMs === null || totalMs === null) return "";
  const parts = [t("{0} to first token", { 0: milliseconds(firstTokenMs) })];
  const writingSeconds = (totalMs - firstTokenMs) / 1000;
  if (completionTokens !== null) {
    // The first token is there when the writing begins, so it does not count for the speed.
    const perSecond = (completionTokens - 1) / writingSeconds;
    if (completionTokens > 1 && writingSeconds > 0) parts.push(t("{0} tokens/s", { 0: speed(perSecond) }));
    parts.push(completionTokens === 1 ? t("1 token") : t("{0} tokens", { 0: completionTokens }));
  }
  if (answer.cachedTokens !== null && answer.promptTokens !== null) {
    parts.push(t("{0} of {1} prompt tokens cached", { 0: answer.cachedTokens, 1: answer.promptTokens }));
  }
  return parts.join(" · ");
}

const speed = (perSecond: number): string => (perSecond >= 10 ? perSecond.toFixed(0) : perSecond.toFixed(1));
