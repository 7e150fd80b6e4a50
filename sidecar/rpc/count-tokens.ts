import * as z from "zod";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { StrategyId } from "../../contract/mesh/routing.ts";
import type { ChatMessage } from "../../contract/openai/chat.ts";
import type { Router } from "../router/router.ts";
import type { Sink } from "../router/sink.ts";

export interface CountTokensOptions {
  readonly model: string;
  readonly input: string | readonly ChatMessage[];
  readonly workspacePrivacy?: PrivacyLabel | undefined;
  readonly privacy?: PrivacyLabel | undefined;
  readonly strategy?: StrategyId | undefined;
  readonly onlyBackends?: readonly string[] | undefined;
}

const answerSchema = z.object({ count: z.number().int() });

/** Asks whoever serves the model: nobody else knows its tokens. @throws MeshError what the model's place says */
export async function countTokens(router: Router, options: CountTokensOptions, signal: AbortSignal): Promise<number> {
  const { model, input, ...wishes } = options;
  const fields = typeof input === "string" ? { content: input } : { messages: input };
  const body = Buffer.from(JSON.stringify({ model, ...fields }));
  // It never waits in a queue, so that nobody has to know who asks.
  const caller = { client: "count", priority: "interactive" } as const;
  return await new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const sink: Sink = {
      begin: () => undefined,
      write: (bytes) => chunks.push(bytes) > 0,
      onDrain: () => undefined,
      end: () => {
        try {
          resolve(answerSchema.parse(JSON.parse(Buffer.concat(chunks).toString("utf8"))).count);
        } catch (error) {
          reject(error);
        }
      },
      fail: reject,
    };
    void router.route({ path: "/v1/tokenize", body, caller, wishes }, sink, signal);
  });
}
