import { element } from "./element.ts";

/** What stands side by side with dots between, in parts: where they do not fit, a line ends behind a dot. */
export function dottedParts(words: string): (Node | string)[] {
  if (words === "") return [];
  const parts = words.split(" · ");
  const part = (text: string): HTMLElement => element("span", { className: "dotted-part", children: [text] });
  return parts.flatMap((text, index) => (index === parts.length - 1 ? [part(text)] : [part(`${text} ·`), " "]));
}
