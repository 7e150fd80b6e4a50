import * as z from "zod";

/** What can be asked of a model. Each body names the model; the same paths lead to the gateway and to an engine. */
export const inferencePathSchema = z.enum([
  "/v1/chat/completions",
  "/v1/completions",
  "/v1/embeddings",
  "/v1/rerank",
  "/v1/tokenize",
  "/v1/detokenize",
]);
export type InferencePath = z.infer<typeof inferencePathSchema>;

/** Whether a call generates or computes. The others take microseconds, and wait for nobody. */
export const isComputed = (path: InferencePath): boolean => path !== "/v1/tokenize" && path !== "/v1/detokenize";
