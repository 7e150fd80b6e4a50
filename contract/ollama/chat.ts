import * as z from "zod";
import { jsonObjectSchema } from "../openai/json-object.ts";
import { toolSchema } from "../openai/tools.ts";
import { commonFields, imageSchema } from "./request.ts";

export const toolCallSchema = z.strictObject({
  /** Newer clients send back what they were given. */
  id: z.string().min(1).nullish(),
  /** Some clients send OpenAI's along. */
  type: z.literal("function").nullish(),
  function: z.strictObject({
    name: z.string().min(1),
    /** A JSON object, where OpenAI's dialect has its text. */
    arguments: jsonObjectSchema,
    index: z.number().int().nullish(),
    description: z.string().nullish(),
  }),
});

export const messageSchema = z.strictObject({
  role: z.enum(["system", "user", "assistant", "tool"]),
  content: z.string().nullish(),
  thinking: z.string().nullish(),
  images: z.array(imageSchema).nullish(),
  tool_calls: z.array(toolCallSchema).max(128).nullish(),
  tool_name: z.string().nullish().describe("of a tool's message: the function whose result it is"),
  tool_call_id: z.string().nullish().describe("the same by the call's id, where it had one"),
});
export type Message = z.infer<typeof messageSchema>;

/** The body of `POST /api/chat`. */
export const chatRequestSchema = z.strictObject({
  ...commonFields,
  messages: z.array(messageSchema).max(4096).nullish().describe("none has the model loaded"),
  tools: z.array(toolSchema).max(128).nullish(),
});
export type ChatRequest = z.infer<typeof chatRequestSchema>;
