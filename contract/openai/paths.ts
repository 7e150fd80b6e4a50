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

/** What only servers can be asked for: images and audio, in JSON or as a form. No engine of ours makes or reads either. */
export const mediaPathSchema = z.enum([
  "/v1/images/generations",
  "/v1/images/edits",
  "/v1/images/variations",
  "/v1/audio/speech",
  "/v1/audio/transcriptions",
  "/v1/audio/translations",
]);
export type MediaPath = z.infer<typeof mediaPathSchema>;

/** What the router finds a place for. */
export const routedPathSchema = z.enum([...inferencePathSchema.options, ...mediaPathSchema.options]);
export type RoutedPath = z.infer<typeof routedPathSchema>;

const mediaPaths: ReadonlySet<string> = new Set(mediaPathSchema.options);
export const isMedia = (path: RoutedPath): path is MediaPath => mediaPaths.has(path);

/** Whether a call generates or computes. The others take microseconds, and wait for nobody. */
export const isComputed = (path: RoutedPath): boolean => path !== "/v1/tokenize" && path !== "/v1/detokenize";
