import * as z from "zod";

/**
 * The rules of `POST /v1/messages` that the API reference of platform.claude.com states (read on 2026-11-21), as far as a
 * translation can break them. Written from there, and not from what this product sends.
 */
const textBlock = z.strictObject({
  type: z.literal("text"),
  text: z.string().min(1),
  cache_control: z.object({ type: z.literal("ephemeral") }).optional(),
});
const imageBlock = z.strictObject({
  type: z.literal("image"),
  source: z.union([
    z.strictObject({
      type: z.literal("base64"),
      media_type: z.enum(["image/jpeg", "image/png", "image/gif", "image/webp"]),
      data: z.base64(),
    }),
    z.strictObject({ type: z.literal("url"), url: z.url() }),
  ]),
});
const toolResultBlock = z.strictObject({
  type: z.literal("tool_result"),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(z.union([textBlock, imageBlock]))]).optional(),
  is_error: z.boolean().optional(),
});
const assistantBlock = z.union([
  textBlock,
  z.strictObject({ type: z.literal("thinking"), thinking: z.string(), signature: z.string().min(1) }),
  z.strictObject({ type: z.literal("redacted_thinking"), data: z.string().min(1) }),
  z.strictObject({
    type: z.literal("tool_use"),
    id: z.string(),
    name: z.string(),
    input: z.record(z.string(), z.unknown()),
  }),
]);
const content = <S extends z.ZodType>(block: S) => z.union([z.string().min(1), z.array(block).min(1)]);
const parallel = { disable_parallel_tool_use: z.boolean().optional() };

const requestSchema = z
  .strictObject({
    model: z.string(),
    max_tokens: z.int().min(1),
    messages: z
      .array(
        z.discriminatedUnion("role", [
          z.strictObject({
            role: z.literal("user"),
            content: content(z.union([textBlock, imageBlock, toolResultBlock])),
          }),
          z.strictObject({ role: z.literal("assistant"), content: content(assistantBlock) }),
        ]),
      )
      .min(1),
    system: z.union([z.string(), z.array(textBlock)]).optional(),
    tools: z
      .array(
        z.looseObject({
          name: z.string().regex(/^[a-zA-Z0-9_-]{1,128}$/),
          description: z.string().optional(),
          input_schema: z.looseObject({ type: z.literal("object") }),
        }),
      )
      .optional(),
    tool_choice: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("auto"), ...parallel }),
        z.strictObject({ type: z.literal("any"), ...parallel }),
        z.strictObject({ type: z.literal("tool"), name: z.string(), ...parallel }),
        z.strictObject({ type: z.literal("none") }),
      ])
      .optional(),
    thinking: z
      .discriminatedUnion("type", [
        z.strictObject({ type: z.literal("disabled") }),
        z.strictObject({ type: z.literal("adaptive"), display: z.enum(["summarized", "omitted"]).optional() }),
        z.strictObject({ type: z.literal("enabled"), budget_tokens: z.int().min(1024) }),
      ])
      .optional(),
    output_config: z
      .strictObject({
        effort: z.enum(["low", "medium", "high", "xhigh", "max"]).optional(),
        format: z
          .strictObject({ type: z.literal("json_schema"), schema: z.record(z.string(), z.unknown()) })
          .optional(),
      })
      .optional(),
    stop_sequences: z.array(z.string().min(1)).optional(),
    temperature: z.number().min(0).max(1).optional(),
    top_p: z.number().min(0).max(1).optional(),
    top_k: z.int().min(0).optional(),
    metadata: z.strictObject({ user_id: z.string().optional() }).optional(),
    cache_control: z.object({ type: z.literal("ephemeral") }).optional(),
    container: z.string().optional(),
    stream: z.boolean().optional(),
  })
  .refine(({ thinking, max_tokens }) => thinking?.type !== "enabled" || thinking.budget_tokens < max_tokens, {
    message: "max_tokens must be greater than thinking.budget_tokens",
  })
  .refine(({ messages }) => areCallsAnswered(messages), {
    message: "tool_use ids were found without tool_result blocks immediately after",
  });

type Messages = readonly { readonly role: string; readonly content: unknown }[];

/** Every call has its result at the beginning of the message behind it. */
function areCallsAnswered(messages: Messages): boolean {
  const blocks = (at: number): readonly { type: string; id?: string; tool_use_id?: string }[] => {
    const found = messages[at]?.content;
    return Array.isArray(found) ? found : [];
  };
  return messages.every((message, at) => {
    if (message.role !== "assistant") return true;
    const calls = blocks(at).flatMap(({ type, id }) => (type === "tool_use" ? [id] : []));
    const next = blocks(at + 1).slice(0, calls.length);
    return calls.every((id) => next.some((block) => block.type === "tool_result" && block.tool_use_id === id));
  });
}

/** What the API would object to, in its manner; null where it would answer. */
export function objectionTo(body: unknown): string | null {
  const parsed = requestSchema.safeParse(body);
  if (parsed.success) return null;
  const [issue] = parsed.error.issues;
  return `${issue?.path.join(".")}: ${issue?.message}`;
}
