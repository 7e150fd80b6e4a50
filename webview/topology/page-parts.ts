import type { MeshHello, MeshViewState } from "../../contract/webview/mesh.ts";
import type { MeshViewAction, ThingAction } from "../../contract/webview/mesh-actions.ts";
import { DetailsPanel } from "../details/details-panel.ts";
import { keyHelp } from "../outline/key-help.ts";
import { MeshAnnouncer } from "../outline/mesh-announcer.ts";
import { MeshTable } from "../outline/mesh-table.ts";
import { OutlineTree } from "../outline/outline-tree.ts";
import { element } from "../ui/element.ts";
import { FigureWords } from "./figure-words.ts";
import { FilterBar } from "./filter-bar.ts";
import type { Viewport } from "./graph-canvas.ts";
import { GraphView } from "./graph-view.ts";
import { MeshNoticeBar } from "./mesh-notice-bar.ts";
import type { MeshScene } from "./mesh-scene.ts";
import { pageKeys } from "./page-keys.ts";
import { Stillness } from "./stillness.ts";
import { ThingWords } from "./thing-words.ts";
import { ToolBar } from "./tool-bar.ts";

/** What a person can do on the page. */
export interface PageHandlers {
  /** Chooses a thing, and wants to know more about it. */
  readonly open: (id: string | null) => void;
  /** Chooses a thing on the way through the mesh. */
  readonly moveTo: (id: string) => void;
  readonly fold: (id: string, isFolded: boolean) => void;
  readonly moveView: (viewport: Viewport | null) => void;
  readonly act: (action: ThingAction, id: string) => void;
  readonly do: (action: MeshViewAction) => void;
  readonly closeDetails: () => void;
  readonly areDetailsOpen: () => boolean;
  readonly find: (text: string) => void;
  readonly nextMatch: (step: 1 | -1) => void;
  readonly hide: (expressions: readonly string[]) => void;
  readonly leaveField: () => void;
  readonly pause: () => void;
  readonly showMetric: (metric: MeshViewState["metric"]) => void;
  readonly switchMode: () => void;
  readonly toggleOutline: () => void;
  readonly toggleLegend: () => void;
  readonly save: (format: "svg" | "png" | "csv") => void;
  readonly escape: () => void;
}

/** The page's parts and how they stand beside each other. What they do together is the page's. */
export class PageParts {
  readonly words: ThingWords;
  readonly graph: GraphView;
  readonly tree: OutlineTree;
  readonly table: MeshTable;
  readonly details: DetailsPanel;
  readonly tools: ToolBar;
  readonly filter: FilterBar;
  readonly announcer: MeshAnnouncer;
  readonly notice: MeshNoticeBar;
  readonly stillness: Stillness;
  readonly element: HTMLElement;

  constructor({ words, language, animates, pausesOnBattery }: MeshHello, scene: MeshScene, on: PageHandlers) {
    this.words = new ThingWords(words, new FigureWords(words, language));
    const own = { words: this.words };
    this.stillness = new Stillness({ animates, pausesOnBattery, changed: () => this.graph.settle() });
    this.graph = new GraphView({
      ...own,
      scene,
      isStill: () => this.stillness.isStill,
      isHeld: on.areDetailsOpen,
      onSelect: on.open,
      onFold: on.fold,
      onViewport: on.moveView,
      onLegendClose: on.toggleLegend,
    });
    this.tree = new OutlineTree({ ...own, onMove: on.moveTo, onOpen: on.open, onFold: on.fold });
    this.table = new MeshTable({ ...own, onOpen: on.open });
    this.details = new DetailsPanel({ ...own, onAct: on.act, onSelect: on.open, onClose: on.closeDetails });
    const help = keyHelp(words);
    this.tools = new ToolBar({
      words,
      onMetric: on.showMetric,
      onCheckAll: () => on.do("checkAll"),
      onPause: on.pause,
      onMode: on.switchMode,
      onOutline: on.toggleOutline,
      onLegend: on.toggleLegend,
      onHelp: () => help.showModal(),
      onSave: on.save,
    });
    this.filter = new FilterBar({
      words,
      onFind: on.find,
      onNext: on.nextMatch,
      onHidden: on.hide,
      onLeave: on.leaveField,
    });
    this.announcer = new MeshAnnouncer(this.words, () => scene.totals);
    this.notice = new MeshNoticeBar(words, { onDo: on.do, onShowAll: () => on.hide([]) });
    this.element = this.#assemble(help);
    pageKeys(document, {
      find: () => this.filter.focus(),
      help: () => help.showModal(),
      zoom: (steps) => this.graph.zoomBy(steps),
      fit: () => this.graph.fit(),
      escape: on.escape,
    });
  }

  #assemble(help: HTMLDialogElement): HTMLElement {
    const { title, outline } = this.words.words;
    const box = (className: string, ...children: Node[]): HTMLElement => element("div", { className, children });
    const nav = element("nav", {
      className: "outline",
      attributes: { "aria-label": outline.label },
      children: [this.tree.element],
    });
    const stage = box("stage", this.graph.element, this.notice.element);
    return element("main", {
      className: "mesh",
      children: [
        element("h1", { className: "spoken-only", children: [title] }),
        box("top", this.filter.element, this.tools.element),
        box("chip-bar", this.filter.chips, this.notice.summary),
        box("body", nav, stage, this.table.element, this.details.element),
        this.announcer.element,
        help,
      ],
    });
  }
}
