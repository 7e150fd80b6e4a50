import { once } from "node:events";
import { Agent, type IncomingMessage, request } from "node:http";
import { modelId, type ServerUnderTest } from "./server-under-test.ts";

export type Target = Pick<ServerUnderTest, "name" | "origin" | "headers">;

export interface ChatQuestion {
  readonly prompt: string;
  readonly maxTokens: number;
  readonly signal: AbortSignal;
  /** Told of each piece of text as it arrives. */
  readonly onToken?: () => void;
}

/** What a client saw of one streamed answer; times are `performance.now()`, in milliseconds. */
export interface StreamRecord {
  readonly sentAt: number;
  /** When each piece of text arrived, as a rule one per token. */
  readonly tokensAt: readonly number[];
  readonly endedAt: number;
}

/** llama-server promises to keep connections and closes them after a stream: each question has one of its own. */
const agent = new Agent({ keepAlive: false });

/**
 * Asks both sides with the same bytes, and reads the answer as cheaply as it can be: the client shares the cores with
 * the servers. @throws when the answer is an error or ends before its limit
 */
export async function streamChat(target: Target, question: ChatQuestion): Promise<StreamRecord> {
  const { maxTokens } = question;
  const reader = new AnswerReader(question.onToken);
  const sentAt = performance.now();
  const status = await receive(target, question, reader);
  const endedAt = performance.now();
  const { tokensAt, usage } = reader;
  if (usage?.completion_tokens !== maxTokens) {
    const got = usage?.completion_tokens ?? `${status} ${reader.lastEvent}`;
    throw new Error(`${target.name}: ${maxTokens} tokens were asked for, the answer was ${got}.`);
  }
  return { sentAt, tokensAt, endedAt };
}

/** The same, until the client has seen enough and hangs up. @returns when each piece of text arrived */
export async function streamUntil(
  target: Target,
  question: ChatQuestion,
  hangUp: AbortSignal,
): Promise<readonly number[]> {
  const reader = new AnswerReader(question.onToken);
  const signal = AbortSignal.any([question.signal, hangUp]);
  try {
    const status = await receive(target, { ...question, signal }, reader);
    if (reader.usage === undefined) throw new Error(`${target.name}: ${status} ${reader.lastEvent}`);
  } catch (error) {
    if (!hangUp.aborted) throw error;
  }
  return reader.tokensAt;
}

async function receive(target: Target, question: ChatQuestion, reader: AnswerReader): Promise<number | undefined> {
  const body = JSON.stringify({
    model: modelId,
    messages: [{ role: "user", content: question.prompt }],
    max_tokens: question.maxTokens,
    temperature: 0,
    stream: true,
    stream_options: { include_usage: true },
  });
  const call = request(`${target.origin}/v1/chat/completions`, {
    method: "POST",
    agent,
    headers: { ...target.headers, "content-type": "application/json", "content-length": Buffer.byteLength(body) },
    signal: question.signal,
  });
  call.end(body);
  const [response] = (await once(call, "response")) as [IncomingMessage];
  // Bytes of a character that is cut in two do no harm: only ASCII is looked for.
  response.setEncoding("latin1").on("data", (text: string) => reader.push(text));
  await once(response, "end");
  return response.statusCode;
}

interface Usage {
  readonly completion_tokens: number;
}

class AnswerReader {
  readonly tokensAt: number[] = [];
  usage: Usage | undefined;
  lastEvent = "";
  readonly #onToken: (() => void) | undefined;
  #rest = "";

  constructor(onToken: (() => void) | undefined) {
    this.#onToken = onToken;
  }

  push(text: string): void {
    const now = performance.now();
    const all = this.#rest + text;
    let start = 0;
    for (let end = all.indexOf("\n\n"); end >= 0; end = all.indexOf("\n\n", start)) {
      this.#event(all.slice(start, end), now);
      start = end + 2;
    }
    this.#rest = all.slice(start);
    if (this.#rest !== "") this.lastEvent = this.#rest;
  }

  #event(event: string, now: number): void {
    if (/"content":"[^"]/.test(event)) {
      this.tokensAt.push(now);
      this.#onToken?.();
    } else if (event.includes('"usage":{')) {
      this.usage = (JSON.parse(event.slice("data: ".length)) as { usage: Usage }).usage;
    } else {
      this.lastEvent = event;
    }
  }
}
