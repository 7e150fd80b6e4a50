import * as z from "zod";

/** A JSON schema: an object, or one of the two schemas that are booleans. Its content is read by the engine. */
export const jsonSchemaSchema = z.union([z.record(z.string(), z.unknown()), z.boolean()]);
export type JsonSchema = z.infer<typeof jsonSchemaSchema>;

export const responseFormatSchema = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({ type: z.literal("json_object") }),
  z.looseObject({
    type: z.literal("json_schema"),
    json_schema: z.looseObject({
      name: z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "expected 1 to 64 of A-Z, a-z, 0-9, _ and -"),
      schema: jsonSchemaSchema,
      strict: z.boolean().nullish(),
    }),
  }),
]);
export type ResponseFormat = z.infer<typeof responseFormatSchema>;
