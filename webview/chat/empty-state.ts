import type { ChatWords } from "../../contract/webview/chat-words.ts";
import { element } from "../ui/element.ts";

/** What stands there while nothing has been asked: whom one asks, and what one could. */
export function emptyState(words: ChatWords, onAsk: (text: string) => void): HTMLElement {
  const suggestions = words.suggestions.map((text) => {
    const suggestion = element("button", {
      className: "suggestion",
      attributes: { type: "button" },
      children: [text],
    });
    suggestion.addEventListener("click", () => onAsk(text));
    return element("li", { children: [suggestion] });
  });
  return element("div", {
    className: "empty",
    children: [
      element("h2", { children: [words.emptyTitle] }),
      element("p", { children: [words.emptyText] }),
      element("ul", { children: suggestions }),
    ],
  });
}
