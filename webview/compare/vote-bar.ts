import type { Vote } from "../../contract/webview/compare.ts";
import type { CompareColumn, CompareRun } from "../../contract/webview/compare-columns.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { element } from "../ui/element.ts";
import { textButton } from "../ui/text-button.ts";

export interface VoteBarOptions {
  readonly words: CompareWords;
  readonly onVote: (vote: Vote) => void;
  readonly onReveal: () => void;
}

/** The vote of a blind comparison, and what it was. Hidden where nothing is blind. */
export class VoteBar {
  readonly element: HTMLElement;
  readonly #options: VoteBarOptions;
  #shown = "";

  constructor(options: VoteBarOptions) {
    this.#options = options;
    this.element = element("div", {
      className: "vote-bar",
      attributes: { role: "group", "aria-label": options.words.vote },
    });
    this.element.hidden = true;
  }

  show(run: CompareRun | null, columns: readonly CompareColumn[]): void {
    const shown = JSON.stringify([run?.index, run?.blind, run?.isRunning, run?.outcome, columns.map(isVotable)]);
    if (shown === this.#shown) return;
    this.#shown = shown;
    const had = this.element.contains(document.activeElement);
    this.element.hidden = run === null || run.blind === "no" || (run.blind === "revealed" && run.outcome === "");
    this.element.replaceChildren(...(run === null ? [] : this.#parts(run, columns)));
    // Its buttons have gone: whoever has voted hears next what the vote was.
    if (had) this.element.querySelector<HTMLElement>("[tabindex], button")?.focus();
  }

  #parts(run: CompareRun, columns: readonly CompareColumn[]): Node[] {
    const { words, onVote, onReveal } = this.#options;
    const note = (text: string): HTMLElement =>
      element("p", { className: "vote-words", attributes: { tabindex: "-1" }, children: [text] });
    if (run.blind === "revealed") return [note(run.outcome)];
    const reveal = textButton({ label: words.reveal, onPress: onReveal });
    if (run.blind === "early") return run.isRunning ? [note(words.voteLater)] : [note(words.tooFewAnswers), reveal];
    const best = columns.filter(isVotable).map(({ id, title }) =>
      textButton({
        label: `${words.best}: ${title}`,
        isPrimary: true,
        onPress: () => onVote({ kind: "best", columnId: id }),
      }),
    );
    return [
      element("span", { className: "vote-words", children: [words.vote] }),
      ...best,
      textButton({ label: words.tie, onPress: () => onVote({ kind: "tie" }) }),
      textButton({ label: words.none, onPress: () => onVote({ kind: "none" }) }),
      reveal,
    ];
  }
}

const isVotable = ({ state, text }: CompareColumn): boolean => state !== "failed" && text !== "";
