import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { TranslatedCall } from "../dialect.ts";
import { readAnswer } from "../read-answer.ts";
import { WholeSink } from "../whole-sink.ts";
import type { AnswerLine } from "./answer-line.ts";

interface LoadOptions {
  readonly model: string;
  readonly line: AnswerLine;
  readonly keepAlive: string | number | null | undefined;
}

/** Zero, in any unit. */
const noTime = /^-?0+(\.0+)?[a-zµ]*$/;

/**
 * A request without a question has a model loaded, wherever it is. Servers have no common call for that, but all of them
 * load what is asked: one token is, and thrown away.
 *
 * @throws MeshError `invalid_field` for the wish to have it unloaded, which is control and never goes over HTTP
 */
export function loadCall({ model, line, keepAlive }: LoadOptions): TranslatedCall {
  if (noTime.test(String(keepAlive))) {
    const problem = "models are unloaded by the node, or with `inference-mesh unload`";
    throw new MeshError("invalid_field", { field: "keep_alive", problem });
  }
  const question = { model, messages: [{ role: "user", content: "Hi" }], max_tokens: 1, stream: false };
  return {
    path: "/v1/chat/completions",
    body: Buffer.from(JSON.stringify(question)),
    wrap: (client) =>
      new WholeSink({
        client,
        model,
        translate: (text) => ({
          model: readAnswer(text, model).model ?? model,
          created_at: new Date().toISOString(),
          ...line({ content: "", thinking: "", toolCalls: [] }),
          done: true,
          done_reason: "load",
        }),
      }),
  };
}
