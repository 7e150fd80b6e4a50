import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import * as z from "zod";
import { acceleratorWishSchema } from "../../contract/mesh/accelerator.ts";
import { keyStoreWishSchema } from "../../contract/mesh/key-store.ts";
import { logLevels } from "../platform/log.ts";
import { backendEntrySchema } from "./backend-entry.ts";
import { byteAmountSchema } from "./byte-amount.ts";
import { modelSettingsSchema } from "./model-settings.ts";
import { routingSettingsShape } from "./routing-settings.ts";

const seconds = (value: number) => z.number().positive().max(86_400).default(value);

/** The same without shares: of which whole would that be? */
const byteSize = byteAmountSchema.transform((amount, context) => {
  if ("bytes" in amount) return amount.bytes;
  context.addIssue({ code: "custom", message: "expected a number of bytes, or a size such as 50 GB" });
  return z.NEVER;
});

const httpAddress = z
  .url({ protocol: /^https?$/, error: "expected an http or https address" })
  // Also asked of what is no address at all, which has been told then.
  .refine(
    (text) => !URL.canParse(text) || (new URL(text).username === "" && new URL(text).password === ""),
    "credentials do not belong here",
  );

/** A group of settings. In YAML, a group whose every line is commented out is null. */
const section = <S extends z.ZodRawShape>(shape: S) => z.preprocess((value) => value ?? {}, z.strictObject(shape));

/** `config.yaml`. Unknown keys are refused: a misspelt setting that does nothing is worse than an error. */
export const configurationSchema = z.strictObject({
  node: section({
    /** What people see in the mesh. */
    name: z.string().min(1).max(64).default(hostname),
    /** How long the node stays after its last client has left. */
    lingerSeconds: seconds(5),
    keepServing: z.boolean().default(false),
  }),
  gateway: section({
    /** The first port tried on 127.0.0.1; the next 20 follow. 0 takes any. */
    port: z.number().int().min(0).max(65_515).default(6374),
    maxBodyBytes: z
      .number()
      .int()
      .min(1024)
      .default(32 * 1024 * 1024),
    /** A second listener on 127.0.0.1 that asks for no key, for clients that cannot send one. Off unless it is written down. */
    keyless: z.strictObject({ port: z.number().int().min(0).max(65_535).default(11_434) }).nullish(),
  }),
  engine: section({
    /** Compute threads; by default one for tiny models, else one less than the processor has cores. */
    threads: z.number().int().min(1).max(1024).optional(),
    /** The context of one conversation, in tokens; a model trained for less gets less. */
    contextTokens: z.number().int().min(64).default(4096),
    /** Conversations that one model answers at the same time. */
    parallel: z.number().int().min(1).max(256).default(4),
    gpu: acceleratorWishSchema.default("auto"),
    /** Where engine packages are fetched from, when somebody asks for one: npm's registry or a mirror of it. */
    registry: httpAddress.default("https://registry.npmjs.org"),
    /** A model that nobody has asked for this long is unloaded; 0 means never. */
    idleUnloadMinutes: z.number().min(0).max(10_080).default(30),
    /** What all loaded models together may hold, in bytes or as a share of main memory; by default what is free. */
    memoryLimit: byteAmountSchema.optional(),
    /** Refuse a load that would not fit into memory. Off where the estimate is wrong about a model. */
    checkFit: z.boolean().default(true),
  }),
  queue: section({
    /** Requests that may wait for busy models of this node, all together. */
    maxWaiting: z.number().int().min(1).max(4096).default(512),
    /** The longest that a request waits for its turn; what would wait longer is refused at once. */
    maxWaitSeconds: seconds(300),
  }),
  models: section({
    /** The model hub, or a mirror of it. Without it, the variable HF_ENDPOINT, and then huggingface.co. */
    huggingFaceEndpoint: httpAddress.optional(),
    /** What the models folder may hold; a download that would pass it is refused. */
    diskQuota: byteSize.optional(),
    /** List the models that Ollama, LM Studio and the Hugging Face cache hold on this machine. */
    otherPrograms: z.boolean().default(true),
    /** What single models are loaded with, by their ids. */
    settings: z.record(z.string(), modelSettingsSchema).default({}),
  }),
  /** Servers beside this node's own engine, by key and address. Their keys are elsewhere: see `secrets`. */
  backends: z
    .preprocess((value) => value ?? [], z.array(backendEntrySchema).max(256))
    .refine((entries) => new Set(entries.map(({ id }) => id)).size === entries.length, "two backends have the same id"),
  routing: section(routingSettingsShape),
  limits: section({
    /** Until a connection to a server stands. */
    connectSeconds: seconds(5),
    /** From the request to the first byte of the answer: long, since a processor may read a long prompt slowly. */
    firstTokenSeconds: seconds(600),
    /** Between two bytes of an answer. There is no limit on the whole. */
    idleSeconds: seconds(120),
  }),
  secrets: section({
    /** Where the keys of backends are kept. `auto`: in the keyring, where one takes them without asking anybody, else in the file. */
    store: keyStoreWishSchema.default("auto"),
  }),
  log: section({ level: z.enum(logLevels).default("info") }),
});
export type Configuration = z.infer<typeof configurationSchema>;

/** Where the settings stand. */
export const configurationPath = (configFolder: string): string => join(configFolder, "config.yaml");

/** Below this size a second thread costs more than it computes (measured: 40 tokens in 17 ms with 1, 560 ms with 2). */
const tinyModelBytes = 64 * 1024 * 1024;

/** How many threads a model gets: the engine's own default of 4 is ruinous on machines with fewer cores. */
export function chooseThreads(
  modelBytes: number,
  configured: number | undefined,
  cores = availableParallelism(),
): number {
  if (configured !== undefined) return configured;
  return modelBytes < tinyModelBytes ? 1 : Math.max(1, cores - 1);
}
