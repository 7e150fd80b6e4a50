import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import { button } from "../ui/button.ts";
import { element } from "../ui/element.ts";
import { icon } from "../ui/icon.ts";

export interface NoticeOptions {
  readonly onAct: (action: ChatAction) => void;
  /** Ways on from here, the best first, before the notice's own button. */
  readonly ways?: readonly { readonly label: string; readonly onPress: () => void }[];
}

/** What happened, what to do about it, and the button that does it. */
export function noticeBox(notice: Notice, { onAct, ways = [] }: NoticeOptions): HTMLElement {
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
  const { button: own } = notice;
  const all = own === null ? ways : [...ways, { label: own.label, onPress: () => onAct(own.action) }];
  for (const [index, way] of all.entries())
    actions.append(button({ ...way, kind: index === 0 ? "primary" : "secondary" }));
  if (actions.childElementCount > 0) words.append(actions);
  return box;
}
