import type { Notice } from "../../contract/webview/chat-notice.ts";
import { busySign } from "./busy-sign.ts";
import { element } from "./element.ts";
import { icon } from "./icon.ts";

/** What happened, what to do about it, and the buttons that do it: as each page makes its buttons. */
export function noticeBox(
  { message, nextStep, isError, isBusy }: Notice,
  actions: readonly HTMLElement[],
): HTMLElement {
  const step = element("p", { className: "notice-step", children: [nextStep] });
  const buttons = element("div", { className: "notice-actions", children: actions });
  const words = element("div", {
    className: "notice-words",
    children: [
      element("p", { className: "notice-message", children: [message] }),
      ...(nextStep === "" ? [] : [step]),
      ...(actions.length === 0 ? [] : [buttons]),
    ],
  });
  return element("div", {
    className: isError ? "notice is-error" : "notice",
    attributes: { role: "group", "aria-label": message },
    children: [...(isError ? [icon("warning")] : isBusy ? [busySign()] : []), words],
  });
}
