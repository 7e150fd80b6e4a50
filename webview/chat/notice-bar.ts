import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import { button } from "../ui/button.ts";
import { element } from "../ui/element.ts";
import { icon } from "../ui/icon.ts";

export interface NoticeOptions {
  readonly onAct: (action: ChatAction) => void;
  /** Given where trying again makes sense. */
  readonly retry?: { readonly label: string; readonly onPress: () => void };
}

/** What happened, what to do about it, and the button that does it. */
export function noticeBox(notice: Notice, { onAct, retry }: NoticeOptions): HTMLElement {
  const words = element("div", {
    className: "notice-words",
    children: [
      element("p", { className: "notice-message", children: [notice.message] }),
      ...(notice.nextStep === "" ? [] : [element("p", { className: "notice-step", children: [notice.nextStep] })]),
    ],
  });
  const sign = notice.isBusy
    ? element("span", { className: "busy", attributes: { "aria-hidden": "true" } })
    : undefined;
  const box = element("div", {
    className: notice.isError ? "notice is-error" : "notice",
    attributes: { role: "group", "aria-label": notice.message },
    children: [...(notice.isError ? [icon("warning")] : sign === undefined ? [] : [sign]), words],
  });
  const actions = element("div", { className: "notice-actions" });
  if (retry !== undefined) actions.append(button({ ...retry, kind: "primary" }));
  const { button: own } = notice;
  if (own !== null) {
    const kind = retry === undefined ? "primary" : "secondary";
    actions.append(button({ label: own.label, kind, onPress: () => onAct(own.action) }));
  }
  if (actions.childElementCount > 0) words.append(actions);
  return box;
}
