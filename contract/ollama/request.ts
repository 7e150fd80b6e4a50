import * as z from "zod";
import { jsonSchemaSchema } from "../openai/response-format.ts";
import { optionsSchema } from "./options.ts";

/** A duration as Ollama writes it, such as `5m` or `1h30m`; a plain number is of seconds. */
export const durationSchema = z.union([
  z.number(),
  z.string().regex(/^-?(\d+(\.\d+)?(ns|us|µs|ms|s|m|h)?)+$/, "expected a duration, such as 5m"),
]);

/** Base64 without the head of a data URL. */
export const imageSchema = z.string().regex(/^[A-Za-z0-9+/\s]+={0,2}\s*$/, "expected an image in base64");

/** What chat and generate have in common. A field that is not here is refused: it would be dropped in silence. */
export const commonFields = {
  model: z.string().min(1),
  stream: z.boolean().nullish().describe("true by default, unlike in other dialects"),
  format: z.union([z.literal(["json", ""]), jsonSchemaSchema]).nullish(),
  options: optionsSchema.nullish(),
  think: z.union([z.boolean(), z.enum(["low", "medium", "high"])]).nullish(),
  keep_alive: durationSchema
    .nullish()
    .describe(
      "checked and then left aside: it changes no answer, and `engine.idleUnloadMinutes` says when models are unloaded",
    ),
  // A prompt that does not fit is refused here, never cut: which is what `false` asks for.
  truncate: z.literal(false, "prompts are never cut here; leave it out").nullish(),
  shift: z.literal(false, "the context is never shifted here; leave it out").nullish(),
} as const;
