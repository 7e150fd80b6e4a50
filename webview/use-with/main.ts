import "../shell/without-eval.ts";
import { type FromUseWith, toUseWithSchema, useWithStateSchema } from "../../contract/webview/use-with.ts";
import { EditorPort } from "../shell/editor-port.ts";
import { UseWithPage } from "./use-with-page.ts";

const port = new EditorPort<typeof toUseWithSchema, FromUseWith, typeof useWithStateSchema>({
  accepts: toUseWithSchema,
  state: useWithStateSchema,
});
let page: UseWithPage | undefined;
port.onMessage((message) => {
  switch (message.type) {
    case "hello":
      page = new UseWithPage({ words: message.words, tools: message.tools, send: (answer) => port.send(answer) });
      document.body.replaceChildren(page.element);
      return;
    case "view":
      port.state = { tool: message.tool, model: message.model };
      page?.show(message);
      return;
    case "told":
      page?.tell(message.message);
  }
});
port.send({ type: "ready", ...(port.state ?? { tool: null, model: null }) });
