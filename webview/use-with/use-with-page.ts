import type { FromUseWith, UseWithView, UseWithWords } from "../../contract/webview/use-with.ts";
import { element } from "../ui/element.ts";
import { KeptPart } from "./kept-part.ts";
import {
  factsPart,
  keyPart,
  notesPart,
  noticePart,
  outcomePart,
  type PartContext,
  setUpPart,
  testPart,
  titlePart,
  toolList,
} from "./page-parts.ts";

export interface UseWithPageOptions {
  readonly words: UseWithWords;
  readonly tools: readonly { readonly id: string; readonly label: string }[];
  readonly send: (message: FromUseWith) => void;
}

/** The whole page. It shows what the extension says, and says what the person does; it decides nothing. */
export class UseWithPage {
  readonly element: HTMLElement;
  readonly #told = element("div", { className: "spoken-only", attributes: { role: "status", "aria-live": "polite" } });
  readonly #parts: readonly ((view: UseWithView) => void)[];

  constructor({ words, tools, send }: UseWithPageOptions) {
    const context: PartContext = { words, send };
    const nav = element("nav", { className: "programs", attributes: { "aria-label": words.programs } });
    const list = new KeptPart<string>("", (tool) => toolList(tools, tool, context));
    nav.append(list.element);
    const outcome = new KeptPart("result", outcomePart);
    outcome.element.setAttribute("role", "status");
    const title = new KeptPart("", titlePart);
    const notice = new KeptPart<UseWithView["notice"]>("", (each) => noticePart(each, context));
    const facts = new KeptPart<Parameters<typeof factsPart>[0]>("", (each) => factsPart(each, context));
    const key = new KeptPart<UseWithView["key"]>("", (each) => keyPart(each, context));
    const setUp = new KeptPart<Parameters<typeof setUpPart>[0]>("", (each) => setUpPart(each, context));
    const test = new KeptPart<Parameters<typeof testPart>[0]>("", (each) => testPart(each, context));
    const notes = new KeptPart("notes", notesPart);
    this.#parts = [
      (view) => list.show(view.tool),
      (view) => title.show({ title: view.title, purpose: view.purpose }),
      (view) => notice.show(view.notice),
      ({ dialect, address, models, model, warnings }) => facts.show({ dialect, address, models, model, warnings }),
      (view) => key.show(view.key),
      ({ steps, snippets }) => setUp.show({ steps, snippets }),
      ({ trial, notice: why }) => test.show({ trial, canTest: why === null }),
      (view) => outcome.show(view.trial),
      (view) => notes.show(view.notes),
    ];
    const shown = [title, notice, facts, key, setUp, test, outcome, notes].map((part) => part.element);
    const content = element("div", { className: "content", children: shown });
    this.element = element("main", { className: "use-with", children: [nav, content, this.#told] });
  }

  show(view: UseWithView): void {
    for (const part of this.#parts) part(view);
  }

  /** Says something aloud, once. */
  tell(message: string): void {
    // A live region speaks when it changes: the same words again must be a change as well.
    this.#told.textContent = "";
    requestAnimationFrame(() => {
      this.#told.textContent = message;
    });
  }
}
