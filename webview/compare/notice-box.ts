import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import { element } from "../ui/element.ts";
import { icon } from "../ui/icon.ts";
import { textButton } from "../ui/text-button.ts";

/** What happened, what to do about it, and the button that does it. */
export function noticeBox(notice: Notice, onAct: (action: ChatAction) => void): HTMLElement {
  const { message, nextStep, isError, isBusy, button } = notice;
  const words = element("div", {
    className: "notice-words",
    children: [
      element("p", { children: [message] }),
      ...(nextStep === "" ? [] : [element("p", { className: "muted", children: [nextStep] })]),
      ...(button === null
        ? []
        : [textButton({ label: button.label, isPrimary: true, onPress: () => onAct(button.action) })]),
    ],
  });
  const sign = isError ? [icon("warning")] : isBusy ? [busySign()] : [];
  return element("div", {
    className: isError ? "notice is-error" : "notice",
    attributes: { role: "group", "aria-label": message },
    children: [...sign, words],
  });
}

/** Something is on its way; the words beside it say what. */
export const busySign = (): HTMLElement =>
  element("span", { className: "busy", attributes: { "aria-hidden": "true" } });
