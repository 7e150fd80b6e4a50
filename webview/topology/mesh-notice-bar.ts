import type { MeshNotice } from "../../contract/webview/mesh.ts";
import type { MeshViewAction } from "../../contract/webview/mesh-actions.ts";
import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { element } from "../ui/element.ts";
import type { MeshScene } from "./mesh-scene.ts";

export interface MeshNoticeBarOptions {
  readonly onDo: (action: MeshViewAction) => void;
  /** Nothing is to be hidden any more. */
  readonly onShowAll: () => void;
}

export interface Shown {
  readonly hasSnapshot: boolean;
  readonly scene: MeshScene;
  /** The mesh in one sentence. */
  readonly summary: string;
}

interface Box {
  readonly title: string;
  readonly text: string;
  readonly isError: boolean;
  readonly isBusy: boolean;
  /** It stands beside the picture, and not in its place. */
  readonly isHint: boolean;
  readonly button: { readonly label: string; readonly press: () => void } | null;
}

/** What is said when there is little to see: not yet, nothing, or nothing but this machine; and the sum of what there is. */
export class MeshNoticeBar {
  readonly element = element("div", { className: "notice-host" });
  readonly summary = element("p", { className: "summary" });
  readonly #words: MeshWords;
  readonly #options: MeshNoticeBarOptions;
  #notice: MeshNotice | null = null;
  #shown = "";

  constructor(words: MeshWords, options: MeshNoticeBarOptions) {
    this.#words = words;
    this.#options = options;
  }

  set notice(notice: MeshNotice | null) {
    this.#notice = notice;
  }

  show(shown: Shown): void {
    this.summary.textContent = shown.hasSnapshot ? shown.summary : "";
    const box = this.#boxFor(shown);
    const look = JSON.stringify(box);
    if (look === this.#shown) return;
    this.#shown = look;
    this.element.replaceChildren(...(box === null ? [] : [noticeElement(box)]));
  }

  #boxFor({ hasSnapshot, scene }: Shown): Box | null {
    const { graph, viewActions, filter } = this.#words;
    const plain = { isError: false, isBusy: false, isHint: false, button: null };
    const notice = this.#notice;
    if (notice !== null) {
      const { button, message, nextStep } = notice;
      const press = button && { label: button.label, press: () => this.#options.onDo(button.action) };
      return { ...notice, title: message, text: nextStep, isHint: scene.boxes.size > 0, button: press };
    }
    if (!hasSnapshot) return { ...plain, title: graph.waiting, text: "", isBusy: true };
    const backends = [...scene.graph.things.values()].filter(({ kind }) => kind === "backend");
    if (scene.isFiltered && scene.boxes.size < scene.graph.things.size && !hasBackend(scene)) {
      const press = { label: filter.showAll, press: this.#options.onShowAll };
      return { ...plain, title: graph.hiddenByFilter, text: "", isHint: true, button: press };
    }
    if (backends.length > 1) return null;
    const press = { label: viewActions.addBackend, press: () => this.#options.onDo("addBackend") };
    return { ...plain, title: graph.emptyTitle, text: graph.emptyText, isHint: true, button: press };
  }
}

const hasBackend = (scene: MeshScene): boolean =>
  [...scene.visible.things.values()].some(({ thing }) => thing.kind === "backend");

function noticeElement({ title, text, isError, isBusy, isHint, button }: Box): HTMLElement {
  const busy = isBusy ? [element("span", { className: "busy", attributes: { "aria-hidden": "true" } })] : [];
  const children: Node[] = [element("p", { className: "notice-title", children: [...busy, title] })];
  if (text !== "") children.push(element("p", { className: "muted", children: [text] }));
  if (button !== null) {
    const press = element("button", {
      className: "text-button is-primary",
      attributes: { type: "button" },
      children: [button.label],
    });
    press.addEventListener("click", button.press);
    children.push(press);
  }
  const className = `notice ${isError ? "is-error" : ""} ${isHint ? "is-hint" : ""}`;
  return element("div", { className, children });
}
