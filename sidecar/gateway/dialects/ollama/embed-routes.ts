import { embeddingsRequestSchema, embedRequestSchema } from "../../../../contract/ollama/embed.ts";
import { embeddingsAnswerSchema } from "../../../../contract/openai/embeddings-answer.ts";
import type { ModelAwareRoute, ModelView, TranslatedCall } from "../dialect.ts";
import { unusable } from "../read-answer.ts";
import { WholeSink } from "../whole-sink.ts";
import { withoutAbsent } from "../without-absent.ts";
import { checkContextWish, resolveModelName } from "./model-name.ts";
import { nanoseconds } from "./nanoseconds.ts";
import { ollamaErrors } from "./ollama-errors.ts";
import { readRequest } from "./read-request.ts";

interface Vectors {
  readonly model: string;
  /** In the order of the texts. */
  readonly vectors: readonly (readonly number[])[];
  readonly promptTokens: number;
}

interface Asked {
  readonly model: string;
  readonly input: string | readonly string[];
  readonly dimensions?: number | null | undefined;
  readonly contextTokens: number | null | undefined;
}

/** `POST /api/embed`: vectors of one text or of several. */
export const ollamaEmbed: ModelAwareRoute = {
  method: "POST",
  path: "/api/embed",
  translate: async (body, models) => {
    const { options, ...asked } = readRequest(body, embedRequestSchema);
    const startedAt = performance.now();
    return await ask({ ...asked, contextTokens: options?.num_ctx }, models, ({ model, vectors, promptTokens }) => ({
      model,
      embeddings: vectors,
      total_duration: nanoseconds(performance.now() - startedAt),
      load_duration: 0,
      prompt_eval_count: promptTokens,
    }));
  },
  errors: ollamaErrors,
};

/** `POST /api/embeddings`: the vector of one text, as older clients ask for it. */
export const ollamaEmbeddings: ModelAwareRoute = {
  method: "POST",
  path: "/api/embeddings",
  translate: async (body, models) => {
    const { options, model, prompt } = readRequest(body, embeddingsRequestSchema);
    const asked = { model, input: prompt, contextTokens: options?.num_ctx };
    return await ask(asked, models, ({ vectors }) => ({ embedding: vectors[0] }));
  },
  errors: ollamaErrors,
};

async function ask(
  { model: name, input, dimensions, contextTokens }: Asked,
  models: ModelView,
  say: (vectors: Vectors) => object,
): Promise<TranslatedCall> {
  const model = await resolveModelName(name, models);
  checkContextWish(contextTokens, model, models);
  const texts = typeof input === "string" ? 1 : input.length;
  return {
    path: "/v1/embeddings",
    body: Buffer.from(JSON.stringify({ model, input, ...withoutAbsent({ dimensions }), encoding_format: "float" })),
    wrap: (client) => new WholeSink({ client, model, translate: (text) => say(readVectors(text, model, texts)) }),
  };
}

/** Reads what a backend has sent, which is hostile. @throws MeshError `backend_protocol` */
function readVectors(text: string, model: string, texts: number): Vectors {
  const answer = embeddingsAnswerSchema.safeParse(parseJson(text)).data;
  if (answer === undefined) throw unusable(model, "it is no list of vectors");
  if (answer.data.length !== texts) throw unusable(model, `it has ${answer.data.length} vectors for ${texts} texts`);
  const ordered = answer.data
    .map(({ index, embedding }, position) => ({ index: index ?? position, embedding }))
    .toSorted((a, b) => a.index - b.index);
  return {
    model: answer.model ?? model,
    vectors: ordered.map(({ embedding }) => embedding),
    promptTokens: answer.usage?.prompt_tokens ?? 0,
  };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Undefined fits no schema.
    return undefined;
  }
}
