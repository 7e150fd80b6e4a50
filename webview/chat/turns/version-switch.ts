import type { Turn } from "../../../contract/webview/chat-turns.ts";
import { element } from "../../ui/element.ts";
import { fillIn } from "../../ui/fill-in.ts";
import { turnControl } from "./turn-control.ts";
import type { TurnPlace, TurnViewOptions } from "./turn-view.ts";

/** `‹ 2 of 3 ›`: the turns that were written in one place. Nothing where there is only one. */
export function versionSwitch(turn: Turn, { words, send }: TurnViewOptions, { isBusy }: TurnPlace): HTMLElement[] {
  if (turn.siblings === null) return [];
  const { index, count } = turn.siblings;
  const { version, previousVersion, nextVersion } = words.question;
  const show = (to: number) => () => send({ type: "showSibling", turnId: turn.id, index: to });
  const text = fillIn(version, index + 1, count);
  const previous = turnControl({
    control: "previous",
    icon: "previous",
    label: `${previousVersion} (${text})`,
    isOff: isBusy || index === 0,
    onPress: show(index - 1),
  });
  const next = turnControl({
    control: "next",
    icon: "next",
    label: `${nextVersion} (${text})`,
    isOff: isBusy || index === count - 1,
    onPress: show(index + 1),
  });
  const where = element("span", { className: "version", children: [`${index + 1}/${count}`] });
  where.title = text;
  return [element("span", { className: "versions", children: [previous, where, next] })];
}
