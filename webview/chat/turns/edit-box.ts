import type { SendKey } from "../../../contract/webview/chat.ts";
import { button } from "../../ui/button.ts";
import { element } from "../../ui/element.ts";
import { isSending } from "../composer/sending-key.ts";

export interface EditBoxOptions {
  readonly text: string;
  readonly words: { readonly editQuestion: string; readonly cancel: string; readonly send: string };
  readonly sendsWith: SendKey;
  readonly onSend: (text: string) => void;
  /** `text` is what was written so far. */
  readonly onCancel: (text: string) => void;
}

/** A question that is being written anew in its place. The key that sends asks it, Escape leaves it as it was. */
export function editBox({ text, words, sendsWith, onSend, onCancel }: EditBoxOptions): {
  element: HTMLElement;
  focus: () => void;
} {
  const field = element("textarea", {
    attributes: { rows: "1", "aria-label": words.editQuestion, spellcheck: "true" },
  });
  field.value = text;
  const send = (): void => {
    const written = field.value.trim();
    if (written !== "") onSend(written);
  };
  const cancel = (): void => onCancel(field.value);
  const actions = element("div", {
    className: "edit-actions",
    children: [
      button({ label: words.cancel, kind: "secondary", onPress: cancel }),
      button({ label: words.send, kind: "primary", onPress: send }),
    ],
  });
  const box = element("div", { className: "edit-box", children: [field, actions] });
  box.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "Escape") {
      // Elsewhere on the page it stops the answer.
      event.stopPropagation();
      cancel();
    } else if (event.key === "Enter" && isSending(event, sendsWith) && event.target === field) {
      event.preventDefault();
      send();
    }
  });
  return {
    element: box,
    focus: () => {
      field.focus();
      field.setSelectionRange(field.value.length, field.value.length);
    },
  };
}
