import "../shell/without-eval.ts";
import * as z from "zod";
import { type FromChatView, toChatViewSchema } from "../../contract/webview/chat.ts";
import { EditorPort } from "../shell/editor-port.ts";
import { registerControls } from "../ui/button.ts";
import { ChatPage } from "./chat-page.ts";

/** What this page keeps for its next life. The conversation is the extension's. */
const stateSchema = z.object({ draft: z.string() });

registerControls();
const port = new EditorPort<typeof toChatViewSchema, FromChatView, typeof stateSchema>({
  accepts: toChatViewSchema,
  state: stateSchema,
});
let page: ChatPage | undefined;
port.onMessage((message) => {
  switch (message.type) {
    case "hello":
      page = new ChatPage({
        words: message.words,
        draft: port.state?.draft ?? "",
        send: (answer) => port.send(answer),
        onDraft: (draft) => {
          port.state = { draft };
        },
      });
      document.body.replaceChildren(page.element);
      return;
    case "update":
      page?.update(message);
      return;
    case "focus":
      page?.focus();
  }
});
port.send({ type: "ready" });
