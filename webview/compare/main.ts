import "../shell/without-eval.ts";
import { type FromCompareView, toCompareViewSchema } from "../../contract/webview/compare.ts";
import {
  type CompareViewState,
  compareViewStateSchema,
  defaultCompareParameters,
} from "../../contract/webview/compare-setup.ts";
import { EditorPort } from "../shell/editor-port.ts";
import { ComparePage } from "./compare-page.ts";

const port = new EditorPort<typeof toCompareViewSchema, FromCompareView, typeof compareViewStateSchema>({
  accepts: toCompareViewSchema,
  state: compareViewStateSchema,
});

const newState = (instructions: string): CompareViewState => ({
  question: { prompt: "", instructions, parameters: defaultCompareParameters, isInTurn: false, isBlind: false },
  contenders: [],
  scrollsTogether: true,
  showsDifferences: false,
  isTallyOpen: false,
  hadAnswers: false,
});

let page: ComparePage | undefined;
port.onMessage((message) => {
  switch (message.type) {
    case "hello":
      page = new ComparePage({
        words: message.words,
        language: message.language,
        state: port.state ?? newState(message.instructions),
        send: (answer) => port.send(answer),
        onState: (state) => {
          port.state = state;
        },
      });
      document.body.replaceChildren(page.element);
      return;
    case "update":
      page?.update(message);
      return;
    case "focus":
      page?.focus();
      return;
    case "showTally":
      page?.showTally();
  }
});
port.send({ type: "ready", contenders: port.state?.contenders ?? [] });
