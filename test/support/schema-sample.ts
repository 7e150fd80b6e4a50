import * as z from "zod";

/** A value that a schema takes. Knows the few kinds of schema that error parameters are made of. */
export function schemaSample(schema: unknown): unknown {
  if (schema instanceof z.ZodObject) {
    return Object.fromEntries(Object.entries(schema.shape).map(([name, value]) => [name, schemaSample(value)]));
  }
  if (schema instanceof z.ZodEnum) return schema.options[0];
  if (schema instanceof z.ZodArray) return [schemaSample(schema.element), schemaSample(schema.element)];
  if (schema instanceof z.ZodString) return "some 'text' 🙂";
  if (schema instanceof z.ZodNumber) return 42;
  if (schema instanceof z.ZodBoolean) return true;
  if (schema instanceof z.ZodOptional) return schemaSample(schema.unwrap());
  throw new Error("an error parameter of a new kind: say here what a sample of it is");
}
