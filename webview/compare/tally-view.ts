import type { TallyView as Tally } from "../../contract/webview/compare-tally.ts";
import type { CompareWords } from "../../contract/webview/compare-words.ts";
import { element } from "../ui/element.ts";
import { fillIn } from "../ui/fill-in.ts";
import { textButton } from "../ui/text-button.ts";

export interface TallyViewOptions {
  readonly words: CompareWords;
  readonly onExport: (format: "csv" | "json") => void;
  readonly onReset: () => void;
}

/** The votes so far, as tables, with what can be done with them. */
export class TallyView {
  readonly element: HTMLElement;
  readonly #options: TallyViewOptions;
  readonly #title: HTMLElement;
  readonly #tables = element("div", { className: "tables" });
  readonly #buttons: HTMLElement;

  constructor(options: TallyViewOptions) {
    this.#options = options;
    const { words, onExport, onReset } = options;
    const attributes = { id: "tally-title", tabindex: "-1" };
    this.#title = element("h2", { attributes, children: [words.tally] });
    this.#buttons = element("div", {
      className: "button-row",
      children: [
        textButton({ label: words.exportCsv, onPress: () => onExport("csv") }),
        textButton({ label: words.exportJson, onPress: () => onExport("json") }),
        textButton({ label: words.reset, onPress: onReset }),
      ],
    });
    this.element = element("section", {
      className: "tally",
      attributes: { id: "tally", "aria-labelledby": "tally-title" },
      children: [
        this.#title,
        this.#tables,
        this.#buttons,
        element("p", { className: "muted", children: [words.tallyNote] }),
      ],
    });
  }

  focus(): void {
    this.#title.focus();
  }

  show({ votes, contenders, pairs }: Tally): void {
    const { words } = this.#options;
    const hadFocus = this.#buttons.contains(document.activeElement);
    this.#buttons.hidden = votes === 0;
    if (votes === 0) {
      this.#tables.replaceChildren(element("p", { className: "muted", children: [words.tallyEmpty] }));
      if (hadFocus) this.focus();
      return;
    }
    const head = [words.model, words.share, words.wins, words.ties, words.losses, words.noneGood];
    const rows = contenders.map(({ name, wins, ties, losses, none, share }) => [
      name,
      `${share} %`,
      wins,
      ties,
      losses,
      none,
    ]);
    const pairHead = [words.pair, words.firstWins, words.secondWins, words.ties, words.noneGood];
    const meetings = pairs.map(({ a, b, aWins, bWins, ties, none }) => [`${a} / ${b}`, aWins, bWins, ties, none]);
    this.#tables.replaceChildren(table(fillIn(words.votes, votes), head, rows), table(words.pairs, pairHead, meetings));
  }
}

type Row = readonly (string | number)[];

/** The first cell of a row names it. Scrolls by keyboard where it is wider than the page. */
function table(caption: string, head: readonly string[], rows: readonly Row[]): HTMLElement {
  const line = (cells: Row): HTMLElement =>
    element("tr", {
      children: cells.map((cell, index) =>
        index === 0
          ? element("th", { attributes: { scope: "row" }, children: [String(cell)] })
          : element("td", { children: [String(cell)] }),
      ),
    });
  const columns = head.map((name) => element("th", { attributes: { scope: "col" }, children: [name] }));
  const attributes = { tabindex: "0", role: "group", "aria-label": caption };
  return element("div", {
    className: "table-scroll",
    attributes,
    children: [
      element("table", {
        children: [
          element("caption", { children: [caption] }),
          element("thead", { children: [element("tr", { children: columns })] }),
          element("tbody", { children: rows.map(line) }),
        ],
      }),
    ],
  });
}
