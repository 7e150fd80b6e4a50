import type { ChatAction } from "../../contract/webview/chat-notice.ts";
import { type FromCompareView, fromCompareViewSchema, type ToCompareView } from "../../contract/webview/compare.ts";
import type { Contender } from "../../contract/webview/compare-setup.ts";
import { choiceKey } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import { type MessagePort, WebviewBridge } from "../panels/webview-bridge.ts";
import type { Disposable } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";
import type { Translate } from "../platform/translate.ts";
import { CompareFeed } from "./compare-feed.ts";
import { columnPictures, compareNotice, judged, type PictureContext, runPicture } from "./compare-picture.ts";
import type { CompareSession } from "./compare-session.ts";
import { compareWords } from "./compare-words.ts";
import { type ContenderWords, describeContender } from "./contender.ts";
import { exportTally } from "./export-tally.ts";
import { emptyTally, restoreTally, type Tally, tallyView, withVote } from "./tally.ts";

/** What the page needs of the editor. */
export interface CompareEditor {
  /** The editor's language as a BCP 47 tag. */
  readonly language: string;
  /** The system prompt of the settings. */
  instructions(): string;
  copy(text: string): Promise<void>;
  act(action: ChatAction): Promise<void>;
  /** Asks whom to compare; undefined when the person turns away. */
  pickContenders(chosen: readonly Contender[]): Promise<readonly Contender[] | undefined>;
  /** Asks where, and writes there. */
  save(content: string, format: "csv" | "json"): Promise<void>;
  /** Whether a person really wants all votes to be forgotten. */
  confirmsReset(votes: number): Promise<boolean>;
}

export interface ComparePageOptions {
  readonly session: CompareSession;
  readonly store: MeshStore;
  /** Where the votes are kept, for all windows. */
  readonly memory: { readonly load: () => unknown; readonly save: (tally: Tally) => void };
  readonly editor: CompareEditor;
  readonly t: Translate;
  readonly log: Log;
}

/** One frame: nobody can see more updates than that. */
const frameMs = 16;

/** One page of the comparison. It lives as long as its webview; the comparisons themselves live in the session. */
export class ComparePage implements Disposable {
  readonly #options: ComparePageOptions;
  readonly #bridge: WebviewBridge<typeof fromCompareViewSchema, ToCompareView>;
  readonly #feed = new CompareFeed();
  readonly #resources: Disposable[];
  #isReady = false;
  #timer: NodeJS.Timeout | undefined;
  #wanted: ToCompareView[] = [];
  /** As it was read last: not in each frame, since it changes by votes alone. */
  #tally: Tally = emptyTally;
  /** What contenders are called, by their keys, until the mesh changes: not in each frame either. */
  readonly #names = new Map<string, ContenderWords>();

  constructor(port: MessagePort, options: ComparePageOptions) {
    this.#options = options;
    const { session, store, log } = options;
    this.#bridge = new WebviewBridge(port, {
      accepts: fromCompareViewSchema,
      handle: (message) => void this.#handle(message),
      log,
    });
    const update = (): void => this.#updateSoon();
    const renamed = store.onDidChange(() => {
      this.#names.clear();
      this.#updateSoon();
    });
    this.#resources = [this.#bridge, session.onDidChange(update), renamed];
  }

  /** A hidden page is thrown away by the editor, and says `ready` when it is back. */
  setVisible(isVisible: boolean): void {
    if (isVisible) return;
    this.#isReady = false;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  /** Now, or as soon as the page is there. */
  tell(message: ToCompareView): void {
    if (this.#isReady) this.#bridge.send(message);
    else this.#wanted.push(message);
  }

  /** Asks whom to compare, and makes the prompt ready for typing. */
  async pickModels(): Promise<void> {
    const { session, editor } = this.#options;
    const chosen = await editor.pickContenders(session.contenders);
    if (chosen !== undefined) session.choose(chosen);
    this.tell({ type: "focus" });
  }

  dispose(): void {
    this.setVisible(false);
    for (const each of this.#resources) each.dispose();
  }

  async #handle(message: FromCompareView): Promise<void> {
    const { session, editor } = this.#options;
    switch (message.type) {
      case "ready":
        return this.#start(message.contenders);
      case "pickModels":
        return await this.pickModels();
      case "run":
        return await session.run(message.question);
      case "stop":
        return session.stop(message.columnId);
      case "askAgain":
        return await session.askAgain(message.columnId);
      case "showRun":
        return session.showRun(message.index);
      case "vote":
        return this.#vote(message.vote);
      case "reveal":
        return session.reveal();
      case "copy":
        return await editor.copy(message.text);
      case "exportTally":
        this.#readTally();
        return await editor.save(exportTally(tallyView(this.#tally), message.format), message.format);
      case "resetTally":
        return await this.#resetTally();
      case "act":
        return await editor.act(message.action);
    }
  }

  #start(kept: readonly Contender[]): void {
    const { session, editor, t } = this.#options;
    this.#isReady = true;
    this.#feed.forget();
    this.#readTally();
    const { language } = editor;
    this.#bridge.send({ type: "hello", words: compareWords(t), language, instructions: editor.instructions() });
    // After a reload the page knows more than the window.
    if (session.contenders.length === 0) session.choose(kept);
    this.#update();
    for (const message of this.#wanted.splice(0)) this.#bridge.send(message);
  }

  #vote(vote: Parameters<CompareSession["vote"]>[0]): void {
    const run = this.#options.session.vote(vote);
    if (run === undefined) return;
    const contenders = judged(run, this.#context);
    const best = vote.kind === "best" ? contenders.find(({ id }) => id === vote.columnId) : undefined;
    const outcome = best === undefined ? (vote.kind === "tie" ? "tie" : "none") : { best: choiceKey(best.contender) };
    const named = contenders.map(({ contender, name }) => ({ key: choiceKey(contender), name }));
    this.#readTally();
    this.#keepTally(withVote(this.#tally, { contenders: named, outcome }));
  }

  async #resetTally(): Promise<void> {
    if (await this.#options.editor.confirmsReset(this.#tally.votes)) this.#keepTally(emptyTally);
  }

  get #context(): PictureContext {
    const { store, t } = this.#options;
    return { store, t, describe: (contender) => this.#describe(contender) };
  }

  #describe(contender: Contender): ContenderWords {
    const { store, t } = this.#options;
    const key = choiceKey(contender);
    const words = this.#names.get(key) ?? describeContender(store, contender, t);
    this.#names.set(key, words);
    return words;
  }

  #readTally(): void {
    this.#tally = restoreTally(this.#options.memory.load());
  }

  #keepTally(tally: Tally): void {
    this.#tally = tally;
    this.#options.memory.save(tally);
    this.#updateSoon();
  }

  #updateSoon(): void {
    if (!this.#isReady || this.#timer !== undefined) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#update();
    }, frameMs);
  }

  #update(): void {
    const { session, t } = this.#options;
    const { describe } = this.#context;
    const run = session.runs[session.shown];
    const contenders = session.contenders.map((contender) => ({
      contender,
      ...describe(contender),
    }));
    const place = { index: session.shown, count: session.runs.length };
    const update = this.#feed.next({
      columns: run === undefined ? [] : columnPictures(run, this.#context),
      run: run === undefined ? null : runPicture(run, place, t),
      contenders,
      notice: compareNotice(this.#options),
      tally: tallyView(this.#tally),
    });
    if (update !== undefined) this.#bridge.send(update);
  }
}
