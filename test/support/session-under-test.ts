import type * as z from "zod";
import type { RouteTag } from "../../contract/mesh/routing.ts";
import { chatChunk, chatRoute, type chatStream } from "../../contract/rpc/chat.ts";
import { ChatSession, type ChatSessionOptions } from "../../extension/chat/chat-session.ts";
import type { Answer, Conversation } from "../../extension/chat/conversation.ts";
import { FakeNodeConnection } from "./fake-node-connection.ts";

type Asked = z.infer<typeof chatStream.params>;

/** The end of an answer. */
export const wholeAnswer = { finishReason: "stop", usage: null, timing: { firstTokenMs: 5, totalMs: 10 }, model: "m" };

/** Lets promises that are ready go on. */
export const turn = async (): Promise<void> => {
  for (let turns = 0; turns < 10; turns++) await Promise.resolve();
};

/** A chat session at a node that a test plays. */
export function sessionUnderTest(options: Partial<ChatSessionOptions> = {}) {
  const kept: Conversation[] = [];
  const asked: Asked[] = [];
  let settle: { resolve(value: unknown): void; reject(error: unknown): void } = Promise.withResolvers();
  const connection = new FakeNodeConnection({
    "chat/stream": (params: Asked, signal) => {
      asked.push(params);
      const answer = Promise.withResolvers();
      settle = answer;
      signal?.addEventListener("abort", () => answer.reject(signal.reason));
      return answer.promise;
    },
  });
  const session = new ChatSession({
    connect: async () => connection,
    choiceToAsk: (chosen) => chosen ?? { model: "m" },
    otherPlace: () => null,
    isOwn: () => false,
    nameOf: ({ model }) => `Model ${model}`,
    instructions: () => "Be brief.",
    workspacePrivacy: async () => null,
    keep: (conversation) => void kept.push(conversation),
    ...options,
  });
  const last = (): Answer => {
    const answer = session.turns.at(-1);
    if (answer?.role !== "assistant") throw new Error("the last turn is no answer");
    return answer;
  };
  const streamId = (): string | undefined => asked.at(-1)?.streamId;
  return {
    session,
    connection,
    asked,
    last,
    /** Every conversation that was given to be kept, as it was then. */
    kept,
    texts: () => session.turns.map(({ text }) => text),
    messages: () => asked.at(-1)?.request.messages.map(({ role, content }) => `${role}: ${String(content)}`),
    write: (text: string): void => connection.say(chatChunk, { streamId: streamId(), text }),
    think: (reasoning: string): void => connection.say(chatChunk, { streamId: streamId(), text: "", reasoning }),
    route: (tag: Partial<RouteTag>): void =>
      connection.say(chatRoute, { streamId: streamId(), requestId: null, backend: null, model: null, ...tag }),
    settle: () => settle,
    /** Puts a question, and has it answered with this text. */
    exchange: async (question: string, answer: string, end: object = {}): Promise<void> => {
      const sending = session.send(question);
      await turn();
      connection.say(chatChunk, { streamId: streamId(), text: answer });
      settle.resolve({ ...wholeAnswer, ...end });
      await sending;
    },
  };
}
