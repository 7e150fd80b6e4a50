import type { Browser, Locator } from "playwright-core";
import {
  type FromChatView,
  fromChatViewSchema,
  type SendKey,
  type ToChatView,
} from "../../../contract/webview/chat.ts";
import { chatWords } from "../../../extension/chat/chat-words.ts";
import { english } from "../../support/translate.ts";
import { BuiltPage, type BuiltPageOptions, newPage } from "./built-page.ts";

export interface ChatViewOptions extends BuiltPageOptions {
  readonly sendsWith?: SendKey;
  readonly opensThoughts?: boolean;
}

/** The page of the chat. */
export class ChatView extends BuiltPage<ToChatView, FromChatView> {
  static async open(browser: Browser, options: ChatViewOptions = {}): Promise<ChatView> {
    const { sendsWith = "enter", opensThoughts = false } = options;
    const view = new ChatView(await newPage(browser, { width: 400, height: 800, ...options }), options, {
      bundle: "chat",
      hello: { type: "hello", words: chatWords(english), sendsWith, opensThoughts },
      read: (message) => fromChatViewSchema.parse(message),
      // The toolkit's button tries a style of its own, which the policy refuses and which it does not need.
      tolerated: "Applying inline style violates",
    });
    return await view.begin();
  }

  /** Where the question is written. */
  get prompt(): Locator {
    return this.page.getByRole("textbox", { name: "Question", exact: true });
  }

  /** Presses the last button of this name. */
  async press(name: string | RegExp): Promise<void> {
    await this.page.getByRole("button", { name, exact: true }).last().click();
  }
}

/** A chat that has been told something. */
export async function openChatView(
  browser: Browser,
  messages: readonly ToChatView[],
  options: ChatViewOptions = {},
): Promise<ChatView> {
  const view = await ChatView.open(browser, options);
  await view.post(...messages);
  return view;
}
