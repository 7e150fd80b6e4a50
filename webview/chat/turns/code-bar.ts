import type { ChatWords } from "../../../contract/webview/chat-words.ts";
import { copyButton } from "../../ui/copy-button.ts";
import { element } from "../../ui/element.ts";
import { iconButton } from "../../ui/icon-button.ts";

export interface CodeBarOptions {
  readonly words: ChatWords["answer"];
  readonly language: string;
  readonly text: () => string;
  readonly onCopy: (text: string) => void;
  readonly onUse: (how: "insert" | "apply" | "newFile", text: string, language: string) => void;
}

/** What stands above a block of code: its language, and what can be done with it. */
export function codeBar({ words, language, text, onCopy, onUse }: CodeBarOptions): HTMLElement {
  const use = (how: "insert" | "apply" | "newFile") => () => onUse(how, text(), language);
  const uses = element("span", {
    className: "code-uses",
    children: [
      iconButton({ icon: "insert", label: words.insertCode, onPress: use("insert") }),
      iconButton({ icon: "apply", label: words.applyCode, onPress: use("apply") }),
      iconButton({ icon: "newFile", label: words.newFile, onPress: use("newFile") }),
    ],
  });
  return element("div", {
    className: "code-bar",
    children: [
      element("span", { className: "code-language", children: [language] }),
      copyButton({ label: words.copyCode, doneLabel: words.copied, onPress: () => onCopy(text()) }),
      uses,
    ],
  });
}
