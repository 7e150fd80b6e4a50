import type { MeshMode } from "../../contract/webview/mesh.ts";
import { type EdgeMetric, edgeMetricSchema } from "../../contract/webview/mesh-things.ts";
import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { element } from "../ui/element.ts";
import { glyphButton, showGlyph } from "../ui/glyph-button.ts";
import { controlGlyphs } from "../ui/glyphs.ts";
import { nameButton } from "../ui/name-button.ts";

export interface ToolBarOptions {
  readonly words: MeshWords;
  readonly onMetric: (metric: EdgeMetric) => void;
  readonly onCheckAll: () => void;
  readonly onPause: () => void;
  readonly onMode: () => void;
  readonly onOutline: () => void;
  readonly onLegend: () => void;
  readonly onHelp: () => void;
  readonly onSave: (format: "svg" | "png" | "csv") => void;
}

export interface ToolBarState {
  readonly metric: EdgeMetric;
  readonly mode: MeshMode;
  readonly isPaused: boolean;
  readonly isChecking: boolean;
  readonly isOutlineOpen: boolean;
  readonly isLegendOpen: boolean;
}

/** What can be done with the view as a whole. */
export class ToolBar {
  readonly element: HTMLElement;
  readonly #words: MeshWords;
  readonly #metric: HTMLSelectElement;
  readonly #outline: HTMLButtonElement;
  readonly #check: HTMLButtonElement;
  readonly #pause: HTMLButtonElement;
  readonly #mode: HTMLButtonElement;
  readonly #legend: HTMLButtonElement;

  constructor(options: ToolBarOptions) {
    const { toolbar, metrics, viewActions } = options.words;
    this.#words = options.words;
    this.#metric = element("select", { className: "metric", attributes: { "aria-label": toolbar.metric } });
    this.#metric.append(...edgeMetricSchema.options.map((id) => new Option(metrics[id], id)));
    this.#metric.addEventListener("change", () => options.onMetric(edgeMetricSchema.parse(this.#metric.value)));
    const button = (glyph: string, label: string, onPress: () => void): HTMLButtonElement =>
      glyphButton({ glyph, label, onPress });
    this.#outline = button(controlGlyphs.tree, toolbar.outline, options.onOutline);
    this.#check = button(controlGlyphs.refresh, viewActions.checkAll, options.onCheckAll);
    this.#pause = button(controlGlyphs.pause, toolbar.pause, options.onPause);
    this.#mode = button(controlGlyphs.table, toolbar.table, options.onMode);
    this.#legend = button(controlGlyphs.legend, toolbar.legend, options.onLegend);
    const help = button(controlGlyphs.help, toolbar.help, options.onHelp);
    const parts = [
      this.#metric,
      this.#check,
      this.#pause,
      this.#mode,
      saveMenu(options),
      this.#legend,
      this.#outline,
      help,
    ];
    this.element = element("div", {
      className: "tool-bar",
      attributes: { role: "group", "aria-label": toolbar.label },
      children: parts,
    });
  }

  show({ metric, mode, isPaused, isChecking, isOutlineOpen, isLegendOpen }: ToolBarState): void {
    const { toolbar, viewActions } = this.#words;
    this.#metric.value = metric;
    showGlyph(
      this.#pause,
      isPaused ? controlGlyphs.play : controlGlyphs.pause,
      isPaused ? toolbar.resume : toolbar.pause,
    );
    const other = mode === "graph" ? "table" : "graph";
    showGlyph(this.#mode, controlGlyphs[other], toolbar[other]);
    this.#outline.setAttribute("aria-pressed", String(isOutlineOpen));
    this.#legend.setAttribute("aria-pressed", String(isLegendOpen));
    this.#check.classList.toggle("is-busy", isChecking);
    nameButton(this.#check, isChecking ? toolbar.checking : viewActions.checkAll);
  }
}

/** A button that opens three more: a menu without a menu's keys. */
function saveMenu({ words, onSave }: ToolBarOptions): HTMLElement {
  const { toolbar } = words;
  const items = (
    [
      ["svg", toolbar.exportSvg],
      ["png", toolbar.exportPng],
      ["csv", toolbar.exportCsv],
    ] as const
  ).map(([format, label]) => {
    const item = element("button", { className: "menu-item", attributes: { type: "button" }, children: [label] });
    item.addEventListener("click", () => {
      setOpen(false);
      opener.focus();
      onSave(format);
    });
    return item;
  });
  const menu = element("div", { className: "menu", attributes: { hidden: "" }, children: items });
  const opener = glyphButton({
    glyph: controlGlyphs.save,
    label: toolbar.more,
    onPress: () => setOpen(menu.hidden !== false),
  });
  const setOpen = (isOpen: boolean): void => {
    menu.hidden = !isOpen;
    opener.setAttribute("aria-expanded", String(isOpen));
  };
  setOpen(false);
  const host = element("div", { className: "menu-host", children: [opener, menu] });
  host.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    event.stopPropagation();
    setOpen(false);
    opener.focus();
  });
  host.addEventListener("focusout", ({ relatedTarget }) => {
    if (!(relatedTarget instanceof Node && host.contains(relatedTarget))) setOpen(false);
  });
  return host;
}
