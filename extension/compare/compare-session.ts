import { randomUUID } from "node:crypto";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { StreamedChatRequest } from "../../contract/rpc/chat.ts";
import type { Vote } from "../../contract/webview/compare.ts";
import {
  type CompareQuestion,
  type Contender,
  fewestContenders,
  mostContenders,
} from "../../contract/webview/compare-setup.ts";
import { choiceKey } from "../mesh/askable-models.ts";
import { Emitter } from "../platform/emitter.ts";
import { askNode } from "../sidecar/ask-node.ts";
import type { NodeClient } from "../sidecar/node-connection.ts";
import { type ColumnAnswer, isVoteOpen, newColumn, type Run, shuffled, votable } from "./compare-run.ts";

export interface CompareSessionOptions {
  /** Connects to the node, starting it if needed. @throws MeshError */
  readonly connect: () => Promise<NodeClient>;
  /** What the node is asked for, where a contender stands for whatever is best at something. */
  readonly toAsk: (contender: Contender) => Contender;
  /** How far the workspace lets a question travel; null when it says nothing. */
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  /** Numbers from 0 to below 1, by which blind columns are shuffled. */
  readonly random: () => number;
}

/** Earlier runs that can be shown again; the oldest goes. */
const keptRuns = 20;

/**
 * The comparisons of this window: whom to ask, and what was answered. In memory alone.
 *
 * Invariant: only one run, or one column asked again, is being answered at a time.
 */
export class CompareSession {
  readonly #options: CompareSessionOptions;
  readonly #didChange = new Emitter<void>();
  /** Of the columns that are asked or will be, by their ids. */
  readonly #aborts = new Map<string, AbortController>();
  #contenders: readonly Contender[] = [];
  #runs: readonly Run[] = [];
  #shown = -1;

  /** Fires for every piece of text: listeners gather. */
  readonly onDidChange = this.#didChange.event;

  constructor(options: CompareSessionOptions) {
    this.#options = options;
  }

  get contenders(): readonly Contender[] {
    return this.#contenders;
  }
  get runs(): readonly Run[] {
    return this.#runs;
  }
  /** Which run is looked at; -1 while there is none. */
  get shown(): number {
    return this.#shown;
  }
  get isRunning(): boolean {
    return this.#aborts.size > 0;
  }

  /** Whom the next run asks. Each counts once, and what is too many is left out. */
  choose(contenders: readonly Contender[]): void {
    const unique = new Map(contenders.map((each) => [choiceKey(each), each]));
    this.#contenders = [...unique.values()].slice(0, mostContenders);
    this.#didChange.fire();
  }

  /** Asks all contenders. Ignored while a run is being answered, and where there are too few: the page offers it not. */
  async run(question: CompareQuestion): Promise<void> {
    if (this.isRunning || this.#contenders.length < fewestContenders || question.prompt.trim() === "") return;
    const order = question.isBlind ? shuffled(this.#contenders, this.#options.random) : this.#contenders;
    const columns = order.map((contender) => newColumn(randomUUID(), contender));
    const run: Run = { question, columns, isRevealed: !question.isBlind, vote: null };
    this.#runs = [...this.#runs, run].slice(-keptRuns);
    this.#shown = this.#runs.length - 1;
    for (const { id } of columns) this.#aborts.set(id, new AbortController());
    this.#didChange.fire();
    if (!question.isInTurn) {
      await Promise.all(columns.map((column) => this.#answer(question, column)));
      return;
    }
    for (const column of columns) await this.#answer(question, column);
  }

  /** Asks one column of the run that is shown once more; its answer is replaced. */
  async askAgain(columnId: string): Promise<void> {
    const run = this.#runs[this.#shown];
    const column = run?.columns.find(({ id }) => id === columnId);
    if (run === undefined || column === undefined || this.isRunning) return;
    this.#aborts.set(columnId, new AbortController());
    const again = newColumn(columnId, column.contender);
    this.#put(again);
    await this.#answer(run.question, again);
  }

  /** Stops one column, or all. What was written stays. */
  stop(columnId: string | null): void {
    for (const [id, abort] of this.#aborts) {
      if (columnId !== null && id !== columnId) continue;
      abort.abort(new MeshError("cancelled", {}));
      const column = this.#column(id);
      // Its turn has not come, and until then nothing else would say that it is stopped.
      if (column?.state === "queued") this.#put({ ...column, state: "stopped" });
    }
  }

  showRun(index: number): void {
    if (this.#runs[index] === undefined) return;
    this.#shown = index;
    this.#didChange.fire();
  }

  /**
   * Takes a vote about the run that is shown, and names its columns. Gives the run for the tally; undefined when the
   * vote does not count: it is not open, or the column is none that can be voted for.
   */
  vote(vote: Vote): Run | undefined {
    const run = this.#runs[this.#shown];
    if (run === undefined || !isVoteOpen(run)) return undefined;
    if (vote.kind === "best" && !votable(run).some(({ id }) => id === vote.columnId)) return undefined;
    const voted: Run = { ...run, vote, isRevealed: true };
    this.#replaceShown(voted);
    return voted;
  }

  /** Names the columns of the run that is shown without a vote; none can be given afterwards. */
  reveal(): void {
    const run = this.#runs[this.#shown];
    if (run !== undefined) this.#replaceShown({ ...run, isRevealed: true });
  }

  dispose(): void {
    this.stop(null);
  }

  async #answer({ prompt, instructions, parameters }: CompareQuestion, column: ColumnAnswer): Promise<void> {
    const { id, contender } = column;
    const signal = this.#aborts.get(id)?.signal ?? AbortSignal.abort();
    let now: ColumnAnswer = column;
    const put = (part: Partial<ColumnAnswer>): void => {
      now = { ...now, ...part };
      this.#put(now);
    };
    try {
      signal.throwIfAborted();
      put({ state: "waiting" });
      const { connect, workspacePrivacy, toAsk } = this.#options;
      // A file system on another machine may take its time: whoever stops need not wait for it.
      const [client, privacy] = await Promise.race([Promise.all([connect(), workspacePrivacy()]), rejectedBy(signal)]);
      signal.throwIfAborted();
      const { model, onlyBackends, strategy, privacy: ownPrivacy } = toAsk(contender);
      const result = await askNode(client, {
        request: request({ model, prompt, instructions, parameters }),
        wishes: {
          ...(privacy === null ? {} : { workspacePrivacy: privacy }),
          ...(ownPrivacy === undefined ? {} : { privacy: ownPrivacy }),
          ...(strategy === undefined ? {} : { strategy }),
          ...(onlyBackends === undefined ? {} : { onlyBackends }),
        },
        signal,
        onRoute: ({ backend: place }) => put({ answeredBy: place }),
        onWaiting: (queuePosition) => {
          if (!signal.aborted) put({ queuePosition });
        },
        onPiece: ({ text, reasoning = "" }) => {
          if (signal.aborted) return;
          put({ state: "streaming", queuePosition: null, text: now.text + text, reasoning: now.reasoning + reasoning });
        },
      });
      const completionTokens = result.usage?.completion_tokens ?? null;
      put({ state: "done", finishReason: result.finishReason, completionTokens, ...result.timing });
    } catch (error) {
      if (signal.aborted) put({ state: "stopped", queuePosition: null });
      else put({ state: "failed", queuePosition: null, error: toMeshError(error) });
    } finally {
      this.#aborts.delete(id);
      this.#didChange.fire();
    }
  }

  #column(id: string): ColumnAnswer | undefined {
    return this.#runs.flatMap(({ columns }) => columns).find((column) => column.id === id);
  }

  /** Replaces the column of this id, in whichever run it is. */
  #put(column: ColumnAnswer): void {
    this.#runs = this.#runs.map((run) => {
      const at = run.columns.findIndex(({ id }) => id === column.id);
      return at === -1 ? run : { ...run, columns: run.columns.with(at, column) };
    });
    this.#didChange.fire();
  }

  #replaceShown(run: Run): void {
    this.#runs = this.#runs.with(this.#shown, run);
    this.#didChange.fire();
  }
}

/** The same words for every column; what is not said is left to the model. */
function request({
  model,
  prompt,
  instructions,
  parameters: { temperature, maxTokens, seed },
}: Pick<CompareQuestion, "prompt" | "instructions" | "parameters"> & { readonly model: string }): StreamedChatRequest {
  const system = instructions.trim() === "" ? [] : [{ role: "system" as const, content: instructions }];
  return {
    model,
    messages: [...system, { role: "user", content: prompt }],
    ...(temperature === null ? {} : { temperature }),
    ...(maxTokens === null ? {} : { max_tokens: maxTokens }),
    ...(seed === null ? {} : { seed }),
  };
}

const rejectedBy = (signal: AbortSignal): Promise<never> =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });

const toMeshError = (error: unknown): MeshError =>
  error instanceof MeshError ? error : new MeshError("internal", { reference: String(error).slice(0, 80) });
