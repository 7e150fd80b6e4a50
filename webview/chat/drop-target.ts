import { element } from "../ui/element.ts";
import { type IncomingFiles, mayBeAttached, readDropped } from "./incoming-files.ts";

/** Lets files be dropped anywhere on a page, and says so while they are above it. @returns what says it */
export function dropTarget(page: HTMLElement, hint: string, onDrop: (files: IncomingFiles) => void): HTMLElement {
  const veil = element("div", { className: "drop-hint", attributes: { "aria-hidden": "true" }, children: [hint] });
  veil.hidden = true;
  const accepts = (event: DragEvent): DataTransfer | undefined => {
    const data = event.dataTransfer;
    if (data === null || !mayBeAttached(data)) return undefined;
    event.preventDefault();
    return data;
  };
  page.addEventListener("dragover", (event) => {
    const data = accepts(event);
    if (data === undefined) return;
    data.dropEffect = "copy";
    veil.hidden = false;
  });
  page.addEventListener("dragleave", (event) => {
    // Also told when the pointer goes from one part of the page to another.
    if (!(event.relatedTarget instanceof Node && page.contains(event.relatedTarget))) veil.hidden = true;
  });
  page.addEventListener("drop", (event) => {
    veil.hidden = true;
    const data = accepts(event);
    if (data !== undefined) onDrop(readDropped(data));
  });
  return veil;
}
