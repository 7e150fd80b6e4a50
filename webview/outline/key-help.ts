import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { element } from "../ui/element.ts";

/** Which keys do what; a dialog that Esc closes, and that gives the focus back. */
export function keyHelp({ outline }: MeshWords): HTMLDialogElement {
  const title = element("h2", { attributes: { id: "key-help-title" }, children: [outline.help] });
  const rows = outline.keys.flatMap(({ key, does }) => [
    element("dt", { children: [element("kbd", { children: [key] })] }),
    element("dd", { children: [does] }),
  ]);
  const close = element("button", {
    className: "text-button",
    attributes: { type: "button" },
    children: [outline.closeHelp],
  });
  const dialog = element("dialog", {
    className: "key-help",
    attributes: { "aria-labelledby": "key-help-title" },
    children: [title, element("dl", { children: rows }), close],
  });
  close.addEventListener("click", () => dialog.close());
  return dialog;
}
