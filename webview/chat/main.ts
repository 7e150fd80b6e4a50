import "../shell/without-eval.ts";
import * as z from "zod";
import { type FromChatView, type ToChatView, toChatViewSchema } from "../../contract/webview/chat.ts";
import { EditorPort } from "../shell/editor-port.ts";
import { registerControls } from "../ui/button.ts";
import { ChatPage } from "./chat-page.ts";
import { oncePerFrame } from "./once-per-frame.ts";
import { OpenThoughts } from "./open-thoughts.ts";

/** What this page keeps for its next life. The conversation is the extension's. */
const stateSchema = z.object({ draft: z.string(), thoughts: z.record(z.string(), z.boolean()).default({}) });

registerControls();
const port = new EditorPort<typeof toChatViewSchema, FromChatView, typeof stateSchema>({
  accepts: toChatViewSchema,
  state: stateSchema,
});
const kept = port.state ?? { draft: "", thoughts: {} };
const keep = (part: Partial<z.infer<typeof stateSchema>>): void => {
  Object.assign(kept, part);
  port.state = kept;
};
const openThoughts = new OpenThoughts(kept.thoughts, (thoughts) => keep({ thoughts }));
let page: ChatPage | undefined;

/** However fast updates come, the page is drawn once a frame. */
const drawSoon = oncePerFrame(() => page?.draw());

function show(message: ToChatView): void {
  switch (message.type) {
    case "hello":
      openThoughts.opensAll = message.opensThoughts;
      page = new ChatPage({
        words: message.words,
        draft: kept.draft,
        sendsWith: message.sendsWith,
        send: (answer) => port.send(answer),
        onDraft: (draft) => keep({ draft }),
        openThoughts,
      });
      document.body.replaceChildren(page.element);
      return;
    case "update":
      page?.update(message);
      drawSoon();
      return;
    case "route":
      page?.showRoute(message);
      return;
    case "focus":
      page?.focus(message.text);
      return;
    case "edit":
      page?.edit(message.turnId, message.text);
  }
}
port.onMessage(show);
port.send({ type: "ready" });
