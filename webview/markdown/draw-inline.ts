import { element } from "../ui/element.ts";
import { type Inline, isSafeAddress, parseInline } from "./inline.ts";

/** Draws the formatting within a paragraph. `imageWord` stands where an image would be: none is ever fetched. */
export const drawInline = (text: string, imageWord: string): Node[] =>
  parseInline(text).map((item) => draw(item, imageWord));

function draw(item: Inline, imageWord: string): Node {
  const inner = (children: readonly Inline[]): Node[] => children.map((child) => draw(child, imageWord));
  switch (item.type) {
    case "text":
      return document.createTextNode(item.text);
    case "break":
      return element("br");
    case "code":
      return element("code", { children: [item.text] });
    case "strong":
      return element("strong", { children: inner(item.children) });
    case "emphasis":
      return element("em", { children: inner(item.children) });
    case "strike":
      return element("s", { children: inner(item.children) });
    case "link":
      if (!isSafeAddress(item.url)) return element("span", { children: inner(item.children) });
      // The editor asks before it opens an address; the title shows which one that is.
      return element("a", { attributes: { href: item.url, title: item.url }, children: inner(item.children) });
    case "image":
      return document.createTextNode(`[${imageWord}: ${item.text || item.url}]`);
  }
}
