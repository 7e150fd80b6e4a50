import * as z from "zod";
import { downloadProgressSchema } from "../mesh/download-progress.ts";
import { backendIdSchema, digestSchema } from "../mesh/ids.ts";
import { modelSummarySchema } from "../mesh/model.ts";
import { modelEstimateSchema } from "../mesh/model-estimate.ts";
import { privacyLabelSchema } from "../mesh/privacy-label.ts";
import { strategyIdSchema } from "../mesh/routing.ts";
import { chatMessageSchema } from "../openai/chat.ts";
import { notification, request } from "./definition.ts";

export const modelsList = request("models/list", z.object({}), z.object({ models: z.array(modelSummarySchema) }));

/**
 * Loads a model by its id, or a `.gguf` file by its absolute path (which also adds it to the list).
 * Answers when it is ready. Cancelling the call cancels the load, unless a chat waits for it too.
 */
export const modelsLoad = request(
  "models/load",
  z.object({
    model: z.string().min(1),
    /** Chosen by the client; names the `models/loadProgress` notifications of this call. */
    progressToken: z.string().optional(),
  }),
  z.object({ model: modelSummarySchema }),
);

export const modelsLoadProgress = notification(
  "models/loadProgress",
  z.object({ progressToken: z.string(), model: z.string(), progress: z.number().min(0).max(1) }),
);

/** Frees a model's memory. Fails with `model_in_use` while it answers, unless forced. */
export const modelsUnload = request(
  "models/unload",
  z.object({ model: z.string().min(1), force: z.boolean() }),
  z.object({ model: modelSummarySchema }),
);

/** Forgets a file that was added by path; the file stays where it is. Answers with the model as it was. */
export const modelsRemove = request(
  "models/remove",
  z.object({ model: z.string().min(1) }),
  z.object({ model: modelSummarySchema }),
);

/** Whether a model would fit into memory now, with its settings or with others. Loads nothing. */
export const modelsEstimate = request(
  "models/estimate",
  z.object({
    model: z.string().min(1),
    contextTokens: z.number().int().min(64).optional(),
    parallel: z.number().int().min(1).max(256).optional(),
  }),
  z.object({ estimate: modelEstimateSchema }),
);

/**
 * Fetches a model into the models folder: `hf:owner/name:Q4_K_M`, `hf:owner/name/file.gguf` or an https address. Answers
 * when it is there and verified; at once when the same file is there already. Several who ask for the same share one
 * download, which is cancelled when the last of them has gone. What was fetched is kept for the next attempt.
 */
export const modelsDownload = request(
  "models/download",
  z.object({
    source: z.string().min(1).max(2048),
    /** What the file must be, where the hub does not say it. */
    sha256: digestSchema.optional(),
    /** Chosen by the client; names the `models/downloadProgress` notifications of this call. */
    progressToken: z.string().optional(),
  }),
  z.object({ model: modelSummarySchema }),
);

/** At most five a second, and at each change of phase. */
export const modelsDownloadProgress = notification(
  "models/downloadProgress",
  z.object({ progressToken: z.string(), ...downloadProgressSchema.shape }),
);

/** Copies a `.gguf` file, with all its parts, into the models folder. Tells its progress as a download does. */
export const modelsImport = request(
  "models/import",
  z.object({
    /** Absolute, on the node's machine. */
    path: z.string().min(1),
    /** What the file must be. */
    sha256: digestSchema.optional(),
    progressToken: z.string().optional(),
  }),
  z.object({ model: modelSummarySchema }),
);

/**
 * Deletes a model's files. Only those in the models folder are deleted; a file that was added by path is forgotten, and a
 * model of another program is refused. Fails with `model_loaded` while it is in memory, unless forced.
 */
export const modelsDelete = request(
  "models/delete",
  z.object({ model: z.string().min(1), force: z.boolean() }),
  z.object({ model: modelSummarySchema, freedBytes: z.number() }),
);

/**
 * How many tokens a text has, or a conversation as the model would get it. Exact, and so the model is loaded if it is
 * not; an editor that must not wait for that asks only of models that are.
 */
export const modelsCountTokens = request(
  "models/countTokens",
  z.object({
    model: z.string().min(1),
    input: z.union([z.string(), z.array(chatMessageSchema).min(1).max(4096)]),
    /** As in `chat/stream`: counting sends the text to where the model is. */
    workspacePrivacy: privacyLabelSchema.optional(),
    privacy: privacyLabelSchema.optional(),
    strategy: strategyIdSchema.optional(),
    onlyBackends: z.array(backendIdSchema).min(1).max(64).optional(),
  }),
  z.object({ tokens: z.number().int() }),
);
