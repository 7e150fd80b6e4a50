import type {
  FromMeshView,
  MeshDiff,
  MeshHello,
  MeshNotice,
  MeshSnapshot,
  MeshViewState,
  ToMeshView,
} from "../../contract/webview/mesh.ts";
import { outlineRows } from "../outline/outline-rows.ts";
import { fillIn } from "../ui/fill-in.ts";
import type { GraphView } from "./graph-view.ts";
import { narrowGeometry, wideGeometry } from "./layout.ts";
import { MeshScene } from "./mesh-scene.ts";
import { PageParts } from "./page-parts.ts";
import { onThemeChange } from "./palette.ts";
import { saveMesh } from "./save-mesh.ts";
import { type KnownDetails, selectedThing } from "./selected-thing.ts";
import { withFold } from "./view-state.ts";

export interface MeshPageOptions {
  readonly hello: MeshHello;
  readonly state: MeshViewState;
  readonly send: (message: FromMeshView) => void;
  readonly onState: (state: MeshViewState) => void;
}

/** In pixels: narrower, the tree comes forth only when it is asked for, and cards are smaller and closer. */
const narrowWidth = 720;
const outlineWidth = 280;

/** The whole page: it takes in what the extension says, keeps what a person has chosen, and asks for what they want done. */
export class MeshPage {
  readonly #options: MeshPageOptions;
  readonly #scene = new MeshScene();
  readonly #parts: PageParts;
  #state: MeshViewState;
  #geometry = wideGeometry;
  #detailsOf: KnownDetails | undefined;
  #hasSnapshot = false;
  #isChecking = false;
  #isNarrow = false;
  #frame: number | undefined;
  #matchIndex = -1;

  constructor(options: MeshPageOptions) {
    this.#options = options;
    this.#state = options.state;
    const { send } = options;
    this.#parts = new PageParts(options.hello, this.#scene, {
      open: (id) => this.#select(id, { isOpen: id !== null, takesFocus: true }),
      moveTo: (id) => this.#select(id, { isOpen: this.#state.isDetailsOpen, takesFocus: false }),
      fold: (id, isFolded) => this.#fold(id, isFolded),
      moveView: (viewport) => this.#keep({ viewport }),
      act: (action, id) => send({ type: "act", action, id }),
      do: (action) => send({ type: "do", action }),
      closeDetails: () => this.#closeDetails(),
      areDetailsOpen: () => this.#state.isDetailsOpen,
      find: (find) => this.#find(find),
      nextMatch: (step) => this.#nextMatch(step),
      hide: (hidden) => this.#hide(hidden),
      leaveField: () => this.#home(),
      pause: () => this.#pause(),
      showMetric: (metric) => this.#showMetric(metric),
      switchMode: () => this.#change({ mode: this.#state.mode === "graph" ? "table" : "graph" }),
      toggleOutline: () => this.#toggleOutline(),
      toggleLegend: () => this.#change({ isLegendOpen: !this.#state.isLegendOpen }),
      save: (format) => saveMesh(format, { parts: this.#parts, scene: this.#scene, send }),
      escape: () => this.#escape(),
    });
    onThemeChange(document, () => this.#parts.graph.retheme());
    new ResizeObserver(() => this.#resized()).observe(this.element);
    this.#parts.stillness.isPaused = this.#state.isPaused;
    if (this.#state.viewport !== null) this.#parts.graph.viewport = this.#state.viewport;
    this.#show();
  }

  get element(): HTMLElement {
    return this.#parts.element;
  }
  /** For tests and the bench: a canvas cannot be asked. */
  get graph(): GraphView {
    return this.#parts.graph;
  }

  receive(message: Exclude<ToMeshView, MeshHello>): void {
    switch (message.type) {
      case "snapshot":
        this.#reset(message);
        break;
      case "diff":
        this.#apply(message);
        break;
      case "traffic":
        this.#parts.graph.flow(message);
        break;
      case "status":
        this.#status(message.notice, message.isChecking);
        break;
      case "details":
        this.#detailsOf = { id: message.id, details: message.details };
        this.#drawSoon();
        break;
      case "reveal":
        this.#scene.way = message;
        this.#select(message.id, { isOpen: true, takesFocus: false });
        break;
      case "show":
        this.#change({ mode: message.mode });
    }
  }

  #reset(snapshot: MeshSnapshot): void {
    const { selected, isDetailsOpen } = this.#state;
    if (!this.#hasSnapshot && isDetailsOpen) this.#options.send({ type: "select", id: selected });
    this.#hasSnapshot = true;
    this.#scene.graph.reset(snapshot);
    this.#arrange();
  }

  #apply(diff: MeshDiff): void {
    const change = this.#scene.graph.apply(diff);
    if (change === undefined) {
      this.#options.send({ type: "resync" });
      return;
    }
    for (const thing of change.healthChanged) this.#parts.announcer.changed(thing);
    if (change.structure || this.#scene.isFiltered) this.#arrange();
    else {
      this.#parts.graph.update(this.#scene.refresh(change.touched));
      this.#drawSoon();
    }
  }

  #status(notice: MeshNotice | null, isChecking: boolean): void {
    this.#isChecking = isChecking;
    this.#parts.notice.notice = notice;
    if (notice !== null) this.#parts.announcer.say(`${notice.message} ${notice.nextStep}`);
    this.#show();
  }

  /** Places everything anew. The tree at once as well: the next key may already be on its way. */
  #arrange(): void {
    this.#scene.arrange(this.#state, { foldsAbove: this.#options.hello.foldsAbove, geometry: this.#geometry });
    this.#parts.graph.show(this.#state);
    this.#draw();
  }

  /** Remembers what has been chosen, and shows it. */
  #change(change: Partial<MeshViewState>): void {
    this.#keep(change);
    this.#scene.attend(this.#state);
    this.#show();
  }

  #keep(change: Partial<MeshViewState>): void {
    this.#state = { ...this.#state, ...change };
    this.#options.onState(this.#state);
  }

  #show(): void {
    const isTucked = !this.#state.isOutlineOpen || this.#isNarrow;
    this.#parts.tools.show({ ...this.#state, isOutlineOpen: !isTucked, isChecking: this.#isChecking });
    const { classList } = this.element;
    classList.toggle("shows-table", this.#state.mode === "table");
    classList.toggle("is-tucked", isTucked);
    classList.toggle("is-narrow", this.#isNarrow);
    this.#parts.graph.highlight(this.#state);
    this.#drawSoon();
  }

  /** What is made of elements may come a frame later: the picture comes first. */
  #drawSoon(): void {
    this.#frame ??= requestAnimationFrame(() => this.#draw());
  }

  #draw(): void {
    this.#frame = undefined;
    const { metric, selected, mode, find, hidden } = this.#state;
    const scene = this.#scene;
    const { tree, table, filter, graph, notice, words } = this.#parts;
    const { visible, totals, matches } = scene;
    tree.show(outlineRows(visible), { metric, isDimmed: (id) => scene.isDimmed(id) });
    tree.select(selected);
    if (mode === "table") table.show(matches ?? [...scene.graph.things.values()], selected);
    const found = matches && { matches: matches.length, all: totals.all };
    filter.show({ find, hidden, found, hiddenCount: visible.hiddenCount });
    const counts = [totals.all, scene.graph.edges.size, totals.ill].map((count) => words.figures.number(count));
    const summary = fillIn(words.words.graph.summary, ...counts);
    graph.showWords(summary);
    notice.show({ hasSnapshot: this.#hasSnapshot, scene, summary });
    this.#drawDetails();
  }

  #drawDetails(): void {
    const selected = selectedThing(this.#scene, this.#state, { words: this.#parts.words, known: this.#detailsOf });
    if (selected === undefined) this.#parts.details.close();
    else this.#parts.details.show(selected);
  }

  #select(id: string | null, { isOpen, takesFocus }: { readonly isOpen: boolean; readonly takesFocus: boolean }): void {
    const { graph, details } = this.#parts;
    graph.hideHover();
    if (id !== null && !this.#scene.graph.things.has(id)) return;
    const shown = id === null ? undefined : this.#scene.shownFor(id);
    if (shown !== undefined && shown !== id) this.#fold(shown, false);
    const wasAsked = this.#state.isDetailsOpen ? this.#state.selected : null;
    this.#change({ selected: id, isDetailsOpen: isOpen && id !== null });
    const asked = this.#state.isDetailsOpen ? id : null;
    if (asked !== wasAsked) this.#options.send({ type: "select", id: asked });
    if (id === null) return;
    // The panel takes its room first: what is chosen must be seen beside it.
    this.#drawDetails();
    graph.resize();
    graph.reveal(id);
    if (isOpen && takesFocus) details.focus();
  }

  #closeDetails(): void {
    const { selected, mode } = this.#state;
    this.#options.send({ type: "select", id: null });
    this.#change({ isDetailsOpen: false });
    this.#parts.details.close();
    if (mode === "table" && selected !== null) this.#parts.table.focusOn(selected);
    else this.#home();
  }

  /** Where the focus belongs when nothing else has it. */
  #home(): void {
    const { table, tree, graph } = this.#parts;
    if (this.#state.mode === "table") table.element.focus();
    else if (this.#state.isOutlineOpen && !this.#isNarrow) tree.focus();
    else graph.element.focus();
  }

  #escape(): void {
    if (this.#state.isDetailsOpen) this.#closeDetails();
    else if (this.#state.isLegendOpen) this.#change({ isLegendOpen: false });
    else if (this.#state.selected !== null) this.#select(null, { isOpen: false, takesFocus: false });
  }

  #fold(id: string, isFolded: boolean): void {
    this.#keep(withFold(this.#state, id, isFolded));
    if (this.#scene.graph.things.get(id)?.canUnfold === true)
      this.#options.send({ type: "unfold", id, isUnfolded: !isFolded });
    this.#arrange();
  }

  #find(find: string): void {
    this.#matchIndex = -1;
    this.#change({ find });
  }

  #nextMatch(step: 1 | -1): void {
    const { matches } = this.#scene;
    if (matches === null || matches.length === 0) return;
    this.#matchIndex = (Math.max(this.#matchIndex, step < 0 ? 0 : -1) + step + matches.length) % matches.length;
    const id = matches[this.#matchIndex]?.id;
    if (id !== undefined) this.#select(id, { isOpen: this.#state.isDetailsOpen, takesFocus: false });
  }

  #hide(hidden: readonly string[]): void {
    this.#keep({ hidden: [...hidden] });
    this.#arrange();
    this.#parts.announcer.say(fillIn(this.#parts.words.words.spoken.hiddenCount, this.#scene.visible.hiddenCount));
  }

  #showMetric(metric: MeshViewState["metric"]): void {
    this.#keep({ metric });
    this.#parts.graph.show(this.#state);
    this.#show();
  }

  /** Where there is no room beside the picture, the tree comes forth for as long as it has the focus. */
  #toggleOutline(): void {
    if (this.#isNarrow) this.#parts.tree.focus();
    else this.#keep({ isOutlineOpen: !this.#state.isOutlineOpen });
    this.#resized();
  }

  #resized(): void {
    const width = this.element.clientWidth;
    this.#isNarrow = width < narrowWidth;
    const room = width - (this.#state.isOutlineOpen && !this.#isNarrow ? outlineWidth : 0);
    const geometry = room < narrowWidth ? narrowGeometry : wideGeometry;
    if (geometry !== this.#geometry) {
      this.#geometry = geometry;
      this.#arrange();
    }
    this.#show();
  }

  #pause(): void {
    const isPaused = !this.#state.isPaused;
    this.#parts.stillness.isPaused = isPaused;
    this.#change({ isPaused });
    const { spoken } = this.#options.hello.words;
    this.#parts.announcer.say(isPaused ? spoken.paused : spoken.resumed);
  }
}
