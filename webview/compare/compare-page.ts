import type { FromCompareView } from "../../contract/webview/compare.ts";
import type { CompareColumn, CompareRun } from "../../contract/webview/compare-columns.ts";
import { type CompareViewState, fewestContenders } from "../../contract/webview/compare-setup.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { Announcer } from "../ui/announcer.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { textButton } from "../ui/text-button.ts";
import { ColumnGrid } from "./column-grid.ts";
import { isOpen } from "./column-view.ts";
import { compareNotice } from "./compare-notice.ts";
import type { CompareUpdate } from "./compare-update.ts";
import { RunBar } from "./run-bar.ts";
import { SetupForm } from "./setup-form.ts";
import { TallyView } from "./tally-view.ts";
import { VoteBar } from "./vote-bar.ts";

export interface ComparePageOptions {
  readonly words: CompareWords;
  readonly language: string;
  /** As an earlier life of the page has left it. */
  readonly state: CompareViewState;
  readonly send: (message: FromCompareView) => void;
  readonly onState: (state: CompareViewState) => void;
}

/** The whole page. It shows what the extension says, and says what the person does; it decides nothing. */
export class ComparePage {
  readonly element: HTMLElement;
  readonly #options: ComparePageOptions;
  readonly #setup: SetupForm;
  readonly #runBar: RunBar;
  readonly #grid: ColumnGrid;
  readonly #voteBar: VoteBar;
  readonly #tally: TallyView;
  readonly #tallyButton: HTMLButtonElement;
  readonly #announcer = new Announcer();
  readonly #noticeHost = element("div", { className: "notice-host" });
  readonly #hint = element("p", { className: "hint muted" });
  #state: CompareViewState;
  #run: CompareRun | null = null;
  #contenders: NonNullable<CompareUpdate["contenders"]> = [];
  #canAsk = false;

  constructor(options: ComparePageOptions) {
    this.#options = options;
    const { words, language, state, send } = options;
    this.#state = state;
    const onCopy = (text: string): void => {
      send({ type: "copy", text });
      this.#announcer.say(words.copied);
    };
    this.#setup = new SetupForm({
      words,
      question: state.question,
      onRun: (question) => send({ type: "run", question }),
      onStop: () => send({ type: "stop", columnId: null }),
      onPickModels: () => send({ type: "pickModels" }),
      onChange: (question) => this.#keep({ question }),
    });
    this.#grid = new ColumnGrid({
      words,
      language,
      onStop: (columnId) => send({ type: "stop", columnId }),
      onAskAgain: (columnId) => send({ type: "askAgain", columnId }),
      onCopy,
      onAct: (action) => send({ type: "act", action }),
    });
    this.#grid.scrollsTogether = state.scrollsTogether;
    this.#grid.showDifferences(state.showsDifferences);
    this.#runBar = new RunBar({
      words,
      scrollsTogether: state.scrollsTogether,
      showsDifferences: state.showsDifferences,
      onShowRun: (index) => this.#showRun(index),
      onScrollTogether: (scrollsTogether) => {
        this.#grid.scrollsTogether = scrollsTogether;
        this.#keep({ scrollsTogether });
      },
      onDifferences: (showsDifferences) => {
        this.#grid.showDifferences(showsDifferences);
        this.#keep({ showsDifferences });
        this.#show();
      },
      onBase: (base) => this.#grid.showDifferences(true, base),
    });
    this.#voteBar = new VoteBar({
      words,
      onVote: (vote) => send({ type: "vote", vote }),
      onReveal: () => send({ type: "reveal" }),
    });
    this.#tally = new TallyView({
      words,
      onExport: (format) => send({ type: "exportTally", format }),
      onReset: () => send({ type: "resetTally" }),
    });
    this.#tallyButton = textButton({ label: words.tally, onPress: () => this.#openTally(!this.#state.isTallyOpen) });
    this.#tallyButton.setAttribute("aria-controls", "tally");
    const title = element("h1", { className: "spoken-only", children: [words.title] });
    const foot = element("div", { className: "foot", children: [this.#voteBar.element, this.#tallyButton] });
    const parts = [this.#setup.element, this.#noticeHost, this.#runBar.element, this.#hint, this.#grid.element, foot];
    this.element = element("main", {
      className: "compare",
      children: [title, ...parts, this.#tally.element, this.#announcer.element],
    });
    this.element.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#isRunning) send({ type: "stop", columnId: null });
    });
    this.#openTally(state.isTallyOpen);
    this.#show();
  }

  focus(): void {
    this.#setup.focus();
  }

  showTally(): void {
    this.#openTally(true);
    this.#tally.focus();
  }

  update(update: CompareUpdate): void {
    const before = new Map(this.#grid.columns.map((column) => [column.id, column]));
    this.#grid.update(update);
    if (update.run !== undefined) this.#run = update.run;
    if (update.contenders !== undefined) {
      this.#contenders = update.contenders;
      this.#keep({ contenders: update.contenders.map(({ contender }) => contender) });
    }
    if (update.notice !== undefined) this.#showNotice(update.notice);
    if (update.tally !== undefined) this.#tally.show(update.tally);
    if (this.#run !== null && !this.#state.hadAnswers) this.#keep({ hadAnswers: true });
    // More words of an answer change nothing around it, and come with every frame.
    const isMoreAlone = update.columns.length === 0 && [update.run, update.contenders, update.notice].every(isUntold);
    if (!isMoreAlone) this.#show();
    for (const column of update.columns) this.#announce(before.get(column.id), column);
  }

  get #isRunning(): boolean {
    return this.#run?.isRunning ?? false;
  }

  #show(): void {
    const { words } = this.#options;
    const run = this.#run;
    const isRunning = this.#isRunning;
    this.#setup.show({ contenders: this.#contenders, isRunning, hasRun: run !== null, canAsk: this.#canAsk });
    this.#runBar.element.hidden = run === null;
    if (run !== null) this.#runBar.show(run, this.#grid.columns, this.#grid.base);
    this.#voteBar.show(run, this.#grid.columns);
    const next = this.#contenders.length < fewestContenders ? words.noModels : words.ready;
    const hint = run !== null || !this.#canAsk ? "" : this.#state.hadAnswers ? words.lost : next;
    this.#hint.textContent = hint;
    this.#hint.hidden = hint === "";
  }

  #showRun(index: number): void {
    if (this.#run !== null && index >= 0 && index < this.#run.count) this.#options.send({ type: "showRun", index });
  }

  #showNotice(notice: NonNullable<CompareUpdate["notice"]> | null): void {
    const { send } = this.#options;
    this.#canAsk = notice === null;
    const onAct = (action: Extract<FromCompareView, { type: "act" }>["action"]): void => send({ type: "act", action });
    this.#noticeHost.replaceChildren(...(notice === null ? [] : [compareNotice(notice, onAct)]));
    if (notice !== null) this.#announcer.say(`${notice.message} ${notice.nextStep}`);
  }

  /** That an answer has ended, with how many have: of what comes quickly, only the last is spoken. */
  #announce(before: CompareColumn | undefined, now: CompareColumn): void {
    if (before === undefined || !isOpen(before) || isOpen(now)) return;
    const { words } = this.#options;
    const { columns } = this.#grid;
    const sentence =
      now.state === "failed" ? words.columnFails : now.state === "stopped" ? words.columnStops : words.columnEnds;
    const ended = columns.filter((column) => !isOpen(column)).length;
    this.#announcer.say(fillIn(sentence, now.title, ended, columns.length));
  }

  #openTally(isTallyOpen: boolean): void {
    this.#tally.element.hidden = !isTallyOpen;
    this.#tallyButton.setAttribute("aria-expanded", String(isTallyOpen));
    this.#keep({ isTallyOpen });
  }

  #keep(part: Partial<CompareViewState>): void {
    this.#state = { ...this.#state, ...part };
    this.#options.onState(this.#state);
  }
}

const isUntold = (part: unknown): boolean => part === undefined;
