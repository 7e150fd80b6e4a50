import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { chatStream, StreamedChatRequest } from "../../contract/rpc/chat.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import type { Answer, AnswerRoute } from "./conversation.ts";
import type { ModelChoice } from "./model-choice.ts";
import { SeamJoiner } from "./seam-joiner.ts";
import { streamAnswer } from "./stream-answer.ts";

export interface AnswerRunOptions {
  /** A new answer, or one that is gone on with: then its text stays, and more is added. */
  readonly answer: Answer;
  readonly messages: StreamedChatRequest["messages"];
  readonly fields: Partial<StreamedChatRequest>;
  readonly notBackends: readonly string[];
  /** More of an answer begins with words that are there already. */
  readonly repeats: boolean;
  /** What to ask, read when the node is there: one that had to be started tells of its models only then. */
  readonly choice: () => ModelChoice | null;
  readonly nameOf: (choice: ModelChoice) => string;
  /** Connects to the node, starting it if needed. @throws MeshError */
  readonly connect: () => Promise<NodeClient>;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  /** The answer as it is now; called for every piece, and never after the run has ended. */
  readonly onChange: (answer: Answer) => void;
}

const noFigures = {
  error: null,
  queuePosition: null,
  finishReason: null,
  promptTokens: null,
  cachedTokens: null,
  completionTokens: null,
  firstTokenMs: null,
  totalMs: null,
} satisfies Partial<Answer>;

/** One answer, or one more part of it, from the question to its end. It never fails: a failure is part of the answer. */
export class AnswerRun {
  readonly #options: AnswerRunOptions;
  readonly #abort = new AbortController();
  readonly #seam: SeamJoiner | undefined;
  #answer: Answer;
  /** Of the part that comes now. */
  #route: AnswerRoute | undefined;

  constructor(options: AnswerRunOptions) {
    this.#options = options;
    const { answer, repeats } = options;
    if (repeats) this.#seam = new SeamJoiner(answer.text);
    this.#answer = {
      ...answer,
      ...noFigures,
      ...this.#named(options.choice()),
      // What was there stays in sight while more is waited for.
      state: answer.text === "" ? "waiting" : "streaming",
    };
  }

  /** As it is now. */
  get answer(): Answer {
    return this.#answer;
  }

  stop(): void {
    this.#abort.abort(new MeshError("cancelled", {}));
  }

  async run(): Promise<void> {
    const { signal } = this.#abort;
    try {
      const { connect, workspacePrivacy } = this.#options;
      // A file system on another machine may take its time: whoever stops need not wait for it.
      const ready = Promise.all([connect(), workspacePrivacy()]);
      const [client, privacy] = await Promise.race([ready, rejectedBy(signal)]);
      signal.throwIfAborted();
      this.#finish(this.#measured(await this.#ask(client, privacy)));
    } catch (error) {
      if (signal.aborted) this.#finish({ state: "stopped" });
      else this.#finish({ state: "failed", error: toWire(error) });
    }
  }

  async #ask(client: NodeClient, workspacePrivacy: PrivacyLabel | null): Promise<z.infer<typeof chatStream.result>> {
    const { choice: chosen, messages, fields, notBackends } = this.#options;
    const choice = chosen();
    this.#answer = { ...this.#answer, ...this.#named(choice) };
    return await streamAnswer(client, {
      choice: choice ?? { model: "" },
      messages,
      fields,
      notBackends,
      workspacePrivacy,
      signal: this.#abort.signal,
      onWaiting: (queuePosition) => this.#change({ queuePosition }),
      onRoute: ({ requestId, backend, model }) => {
        this.#route = { requestId, backend, model };
        // Told by what follows: its first words must not wait for the next frame because of it.
        this.#answer = { ...this.#answer, routes: [...this.#options.answer.routes, this.#route] };
      },
      onReasoning: (piece) => this.#think(piece),
      onText: (piece) => {
        const text = this.#answer.text + (this.#seam?.push(piece) ?? piece);
        this.#change({ text, state: "streaming", queuePosition: null });
      },
    });
  }

  /** The thoughts of each part are a paragraph. */
  #think(piece: string): void {
    const { reasoning } = this.#answer;
    const isNextPart = reasoning !== "" && reasoning === this.#options.answer.reasoning;
    this.#change({
      reasoning: `${reasoning}${isNextPart ? "\n\n" : ""}${piece}`,
      state: "streaming",
      queuePosition: null,
    });
  }

  /** Pieces that were on their way when the person stopped change nothing. */
  #change(part: Partial<Answer>): void {
    if (this.#abort.signal.aborted) return;
    this.#answer = { ...this.#answer, ...part };
    this.#options.onChange(this.#answer);
  }

  #finish(part: Partial<Answer>): void {
    const text = this.#answer.text + (this.#seam?.end() ?? "");
    this.#answer = { ...this.#answer, text, queuePosition: null, ...part };
    this.#options.onChange(this.#answer);
  }

  /** The figures of all parts together; what one of them did not report, the answer does not have. */
  #measured({ finishReason, usage, timing }: z.infer<typeof chatStream.result>): Partial<Answer> {
    const { answer: before } = this.#options;
    const isMore = before.text !== "";
    const written = timing.totalMs - timing.firstTokenMs;
    const tokens = usage?.completion_tokens ?? null;
    const isSummed = isMore && before.completionTokens !== null && before.totalMs !== null && tokens !== null;
    return {
      state: "done",
      finishReason,
      promptTokens: usage?.prompt_tokens ?? null,
      cachedTokens: usage?.prompt_tokens_details?.cached_tokens ?? null,
      completionTokens: isSummed ? (before.completionTokens ?? 0) + tokens : isMore ? null : tokens,
      firstTokenMs: isSummed ? before.firstTokenMs : timing.firstTokenMs,
      totalMs: isSummed ? (before.totalMs ?? 0) + written : timing.totalMs,
    };
  }

  #named(choice: ModelChoice | null): Pick<Answer, "model" | "modelName"> {
    return choice === null
      ? { model: "", modelName: "" }
      : { model: choice.model, modelName: this.#options.nameOf(choice) };
  }
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

function toWire(error: unknown): Answer["error"] {
  return (
    error instanceof MeshError ? error : new MeshError("internal", { reference: String(error).slice(0, 80) })
  ).toWire();
}
