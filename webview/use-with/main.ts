import "../shell/without-eval.ts";
import * as z from "zod";
import { type FromUseWith, toUseWithSchema } from "../../contract/webview/use-with.ts";
import { EditorPort } from "../shell/editor-port.ts";
import { UseWithPage } from "./use-with-page.ts";

/** It keeps nothing for its next life: the extension does. */
const stateSchema = z.undefined();
const port = new EditorPort<typeof toUseWithSchema, FromUseWith, typeof stateSchema>({
  accepts: toUseWithSchema,
  state: stateSchema,
});
let page: UseWithPage | undefined;
port.onMessage((message) => {
  switch (message.type) {
    case "hello":
      page = new UseWithPage({ words: message.words, tools: message.tools, send: (answer) => port.send(answer) });
      document.body.replaceChildren(page.element);
      return;
    case "view":
      page?.show(message);
      return;
    case "told":
      page?.tell(message.message);
  }
});
port.send({ type: "ready" });
