import type { Token } from "node-llama-cpp";
import type { FinishReason } from "../../../contract/openai/chat.ts";
import { AnswerText } from "./answer-text.ts";
import type { GeneratedPiece, GeneratedToken } from "./generated-token.ts";
import type { RunOptions, SequenceLease } from "./sequence-pool.ts";
import type { SampledToken } from "./token-sampler.ts";
import type { TokenTexts } from "./token-texts.ts";

export interface GenerateOptions extends RunOptions {
  /** The place of this answer, and the prompt that it was taken for. */
  readonly lease: SequenceLease;
  readonly stop: readonly string[];
  /** Tokens that end it as well as the model's own ends do; they are counted, and not shown. */
  readonly endTokens?: ReadonlySet<Token> | undefined;
}

export interface GenerationEnd {
  readonly finishReason: Extract<FinishReason, "stop" | "length">;
  readonly promptTokens: number;
  /** The stop text that ended it; null where something else did. */
  readonly stoppedAt: string | null;
  /** How many of the prompt's tokens did not have to be evaluated again. */
  readonly cachedTokens: number;
  /** Including the token that ended the answer. */
  readonly completionTokens: number;
}

/**
 * Generates one answer, piece by piece. An abort takes effect at once for the reader; the model goes on until the end
 * of the running step, since a decode that has started cannot be interrupted.
 *
 * @throws the signal's reason; MeshError `generation_failed`
 */
export async function* generate(options: GenerateOptions): AsyncGenerator<GeneratedPiece, GenerationEnd> {
  const { lease } = options;
  const text = new AnswerText(options.stop);
  const run = lease.start(options);
  let completionTokens = 0;
  const endWith = (finishReason: GenerationEnd["finishReason"]): GenerationEnd => {
    const { promptTokens, cachedTokens } = lease;
    const { stoppedAt } = text;
    return { finishReason, stoppedAt, promptTokens: promptTokens.length, cachedTokens, completionTokens };
  };
  try {
    for (;;) {
      const step = await run.next();
      const piece: { text: string; tokens: GeneratedToken[] } = { text: "", tokens: [] };
      for (const sampled of step.tokens) {
        if (options.endTokens?.has(sampled.id)) {
          completionTokens++;
          piece.text += text.end().text;
          yield piece;
          return endWith("stop");
        }
        const token = describe(sampled, lease, completionTokens === 0);
        completionTokens++;
        piece.tokens.push(token);
        const news = text.push(token.bytes);
        piece.text += news.text;
        if (!news.stopped) continue;
        yield piece;
        return endWith("stop");
      }
      if (step.end === undefined) {
        yield piece;
        continue;
      }
      const rest = text.end();
      piece.text += rest.text;
      // The token that ended the answer is counted, and not shown.
      if (step.end === "stop") completionTokens++;
      if (piece.text !== "" || piece.tokens.length > 0) yield piece;
      return endWith(rest.stopped ? "stop" : step.end);
    }
  } finally {
    run.close();
  }
}

function describe(sampled: SampledToken, { texts, promptTokens }: SequenceLease, isFirst: boolean): GeneratedToken {
  const { id, probabilities } = sampled;
  const bytes = isFirst ? texts.bytesAfter(id, promptTokens.slice(-contextTokens)) : texts.entry(id).bytes;
  if (probabilities === undefined) return { id, bytes };
  const alternatives = probabilities.alternatives.map(([each, logprob]) => alternative(each, logprob, texts));
  return { id, bytes, logprob: probabilities.chosen, alternatives };
}

const alternative = (id: Token, logprob: number, texts: TokenTexts) => ({ id, bytes: texts.entry(id).bytes, logprob });

/** Enough of a prompt's end to know whether a space belongs before the answer. */
const contextTokens = 8;
