import type { ChatAction, Notice } from "../../contract/webview/chat-notice.ts";
import { button } from "../ui/button.ts";
import { noticeBox } from "../ui/notice-box.ts";

export interface NoticeOptions {
  readonly onAct: (action: ChatAction) => void;
  /** Ways on from here, the best first, before the notice's own button. */
  readonly ways?: readonly { readonly label: string; readonly onPress: () => void }[];
}

/** What happened, and every way on from there: the best one stands out. */
export function chatNotice(notice: Notice, { onAct, ways = [] }: NoticeOptions): HTMLElement {
  const { button: own } = notice;
  const all = own === null ? ways : [...ways, { label: own.label, onPress: () => onAct(own.action) }];
  return noticeBox(
    notice,
    all.map((way, index) => button({ ...way, kind: index === 0 ? "primary" : "secondary" })),
  );
}
