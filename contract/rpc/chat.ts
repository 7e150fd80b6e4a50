import * as z from "zod";
import { backendIdSchema } from "../mesh/ids.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { routeTagSchema, strategyIdSchema } from "../mesh/routing.ts";
import { chatMessageSchema, chatRequestSchema, finishReasonSchema, usageSchema } from "../openai/chat.ts";
import { notification, request } from "./definition.ts";

/** A part of a message as clients of the editor have it: text, or an image as a `data:` address. */
const messagePartSchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({ type: z.literal("image_url"), image_url: z.object({ url: z.string().startsWith("data:image/") }) }),
]);

/** What can be asked: images as well, which only go to places that can see. */
export const streamedChatRequestSchema = chatRequestSchema.extend({
  messages: z
    .array(chatMessageSchema.extend({ content: z.union([z.string(), z.array(messagePartSchema)]).nullish() }))
    .min(1)
    .max(4096),
});
export type StreamedChatRequest = z.infer<typeof streamedChatRequestSchema>;

/** A piece of a call of a function. Pieces of one `index` are one call; their `arguments`, put together, are a JSON text. */
export const toolCallPieceSchema = z.object({
  index: z.number().int().min(0).max(127),
  /** Of the first piece alone, and not every server gives one. */
  id: z.string().optional(),
  name: z.string().optional(),
  arguments: z.string(),
});
export type ToolCallPiece = z.infer<typeof toolCallPieceSchema>;

/**
 * One streamed answer. Text, thoughts and calls arrive in `chat/chunk` notifications, at most one per 16 ms; the call returns when
 * the answer has ended. Cancelling the call stops the engine within one token.
 *
 * Back-pressure: the node may send `credit` chunks; each `chat/credit` allows more. Without credit it stops reading
 * from the engine, so that a slow window never fills the node's memory.
 */
export const chatStream = request(
  "chat/stream",
  z.object({
    /** Chosen by the client, unique on its connection. */
    streamId: z.string().min(1).max(64),
    credit: z.number().int().min(1).max(1024),
    request: streamedChatRequestSchema,
    /** The widest label that the workspace allows from which the question comes. It tightens, and never widens. */
    workspacePrivacy: privacyLabelSchema.optional(),
    /** The same for this question alone. */
    privacy: privacyLabelSchema.optional(),
    strategy: strategyIdSchema.optional(),
    /** Only these backends are asked. */
    onlyBackends: z.array(backendIdSchema).min(1).max(64).optional(),
    /** These are not asked: an answer of theirs has just broken off, for example. */
    notBackends: z.array(backendIdSchema).max(64).optional(),
  }),
  z.object({
    finishReason: finishReasonSchema,
    /** Null when the backend did not report it. */
    usage: usageSchema.nullable(),
    timing: z.object({
      /** From the call's arrival to the first text, in milliseconds. */
      firstTokenMs: z.number(),
      totalMs: z.number(),
    }),
    /** The model that really answered. */
    model: z.string(),
  }),
);

export const chatChunk = notification(
  "chat/chunk",
  z.object({
    streamId: z.string(),
    /** "" in a piece that has thoughts or calls alone. */
    text: z.string(),
    /** What the model thought, where its place tells that apart; it comes before the text of the same piece. */
    reasoning: z.string().optional(),
    /** They come after the text of the same piece. */
    toolCalls: z.array(toolCallPieceSchema).optional(),
  }),
);
export type ChatPiece = Omit<z.infer<typeof chatChunk.params>, "streamId">;

/**
 * Where the answer comes from. Sent once: before its first piece, or when the request has failed without one. A stream that
 * breaks off later was told of before.
 */
export const chatRoute = notification("chat/route", routeTagSchema.extend({ streamId: z.string() }));

/** The model is busy: this stream waits for its turn. Sent when it begins to wait and each time its place changes. */
export const chatWaiting = notification(
  "chat/waiting",
  z.object({
    streamId: z.string(),
    /** 1 is next. */
    position: z.number().int().min(1),
    /** Null before the first answer has shown how long one takes. */
    estimatedMs: z.number().nullable(),
  }),
);

export const chatCredit = notification(
  "chat/credit",
  z.object({ streamId: z.string(), credit: z.number().int().min(1).max(1024) }),
);
