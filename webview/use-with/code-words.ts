import { element } from "../ui/element.ts";

/** A line of text in which `words between these` are code. All of it stays text. */
export const codeWords = (text: string): (Node | string)[] =>
  text.split("`").map((part, index) => (index % 2 === 1 ? element("code", { children: [part] }) : part));
