import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import { noticeBox } from "../ui/notice-box.ts";
import { textButton } from "../ui/text-button.ts";

/** A notice with its button, of which there is at most one. */
export function compareNotice(notice: Notice, onAct: (action: ChatAction) => void): HTMLElement {
  const { button } = notice;
  const onPress = (): void => {
    if (button !== null) onAct(button.action);
  };
  return noticeBox(notice, button === null ? [] : [textButton({ label: button.label, isPrimary: true, onPress })]);
}
