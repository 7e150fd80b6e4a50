import type { EdgeMetric } from "../../contract/webview/mesh-things.ts";
import type { ThingWords } from "../topology/thing-words.ts";
import { element } from "../ui/element.ts";
import { controlGlyphs, thingGlyphs } from "../ui/glyphs.ts";
import { healthMark } from "../ui/health-mark.ts";
import { outlineIcon } from "../ui/outline-icon.ts";
import type { OutlineRow } from "./outline-rows.ts";

export interface OutlineTreeOptions {
  readonly words: ThingWords;
  /** The keys have moved to a thing, or the pointer has chosen it. */
  readonly onMove: (id: string) => void;
  /** Enter: more about it is wanted. */
  readonly onOpen: (id: string) => void;
  readonly onFold: (id: string, isFolded: boolean) => void;
}

interface Line {
  row: OutlineRow;
  readonly element: HTMLElement;
  look: string;
}

/** The mesh as a tree: everything that the picture says, for keys and for screen readers. One tab stop. */
export class OutlineTree {
  readonly element: HTMLElement;
  readonly #options: OutlineTreeOptions;
  readonly #lines = new Map<string, Line>();
  #rows: readonly OutlineRow[] = [];
  #active: string | undefined;
  #metric: EdgeMetric = "latencyP50Ms";
  #count = 0;

  constructor(options: OutlineTreeOptions) {
    this.#options = options;
    const { label } = options.words.words.outline;
    this.element = element("div", {
      className: "tree",
      attributes: { role: "tree", tabindex: "0", "aria-label": label },
    });
    this.element.addEventListener("keydown", (event) => this.#key(event));
    this.element.addEventListener("click", (event) => this.#click(event));
  }

  focus(): void {
    this.element.focus();
  }

  show(
    rows: readonly OutlineRow[],
    { metric, isDimmed }: { metric: EdgeMetric; isDimmed: (id: string) => boolean },
  ): void {
    this.#rows = rows;
    this.#metric = metric;
    const wanted = new Set(rows.map(({ key }) => key));
    for (const [key, { element: gone }] of this.#lines) {
      if (wanted.has(key)) continue;
      gone.remove();
      this.#lines.delete(key);
    }
    let before: Element | null = null;
    for (const row of rows) {
      const line = this.#lineOf(row);
      line.element.classList.toggle("is-dimmed", isDimmed(row.thing.id));
      const next: Element | null = before === null ? this.element.firstElementChild : before.nextElementSibling;
      if (next !== line.element) this.element.insertBefore(line.element, next);
      before = line.element;
    }
    if (this.#active === undefined || !wanted.has(this.#active)) this.#activate(rows[0]?.key);
  }

  /** Marks the line of a thing that was chosen elsewhere. */
  select(id: string | null): void {
    for (const { row, element: line } of this.#lines.values()) {
      line.setAttribute("aria-selected", String(row.thing.id === id));
    }
    if (id === null || this.#rowOfActive()?.thing.id === id) return;
    this.#activate(this.#rows.find(({ thing }) => thing.id === id)?.key);
  }

  #lineOf(row: OutlineRow): Line {
    const known = this.#lines.get(row.key);
    const { words } = this.#options;
    const look = JSON.stringify([
      words.name(row.thing),
      words.state(row.thing),
      words.kind(row.thing),
      words.figures.metric(this.#metric, row.thing.figures),
      this.#metric,
      row.level,
      row.position,
      row.siblings,
      row.isExpanded,
      row.foldedCount,
      row.thing.icon,
    ]);
    const line = known ?? { row, element: this.#newLine(row.level), look: "" };
    line.row = row;
    this.#lines.set(row.key, line);
    if (line.look === look) return line;
    line.look = look;
    const { element: target } = line;
    target.setAttribute("aria-level", String(row.level));
    target.setAttribute("aria-posinset", String(row.position));
    target.setAttribute("aria-setsize", String(row.siblings));
    if (row.isExpanded === null) target.removeAttribute("aria-expanded");
    else target.setAttribute("aria-expanded", String(row.isExpanded));
    target.replaceChildren(...this.#parts(row));
    return line;
  }

  #newLine(level: number): HTMLElement {
    this.#count += 1;
    const attributes = { role: "treeitem", id: `outline-${this.#count}`, "aria-selected": "false" };
    const line = element("div", { className: "tree-line", attributes });
    line.style.setProperty("--level", String(level - 1));
    return line;
  }

  /** Everything that it says is text in it, so that its name is what can be read; what eyes take from an icon is said as well. */
  #parts({ thing, isExpanded, foldedCount }: OutlineRow): (Node | string)[] {
    const { words } = this.#options;
    const { state, folded } = words.card(thing, foldedCount);
    const kind = words.kind(thing);
    const value = words.figures.metric(this.#metric, thing.figures);
    const figure = value === words.figures.unknown ? "" : value;
    const text = (className: string, content: string): HTMLElement =>
      element("span", { className, children: [content] });
    const glyph = isExpanded === null ? "" : isExpanded ? controlGlyphs.unfolded : controlGlyphs.folded;
    return [
      outlineIcon(glyph, "twistie"),
      outlineIcon(thingGlyphs[thing.icon]),
      text("tree-name", words.name(thing)),
      " ",
      ...(thing.kind === "user" ? [] : [healthMark(thing.health)]),
      text("tree-state", state),
      " ",
      ...(state.includes(kind) || thing.kind === "user" ? [] : [text("spoken-only", kind), " "]),
      ...(figure === "" ? [] : [text("spoken-only", words.words.metrics[this.#metric]), " "]),
      text("tree-figure", [folded, figure].filter((part) => part !== "").join(" · ")),
    ];
  }

  #rowOfActive(): OutlineRow | undefined {
    return this.#active === undefined ? undefined : this.#lines.get(this.#active)?.row;
  }

  #activate(key: string | undefined): void {
    const before = this.#active === undefined ? undefined : this.#lines.get(this.#active);
    before?.element.classList.remove("is-active");
    this.#active = key;
    const line = key === undefined ? undefined : this.#lines.get(key);
    line?.element.classList.add("is-active");
    line?.element.scrollIntoView({ block: "nearest" });
    if (line === undefined) this.element.removeAttribute("aria-activedescendant");
    else this.element.setAttribute("aria-activedescendant", line.element.id);
  }

  #moveTo(row: OutlineRow | undefined): void {
    if (row === undefined) return;
    this.#activate(row.key);
    this.#options.onMove(row.thing.id);
  }

  #click({ target }: MouseEvent): void {
    if (!(target instanceof Element)) return;
    const line = target.closest<HTMLElement>("[role=treeitem]");
    const row = [...this.#lines.values()].find(({ element: own }) => own === line)?.row;
    if (row === undefined) return;
    if (target.closest(".twistie") !== null && row.isExpanded !== null) {
      this.#options.onFold(row.thing.id, row.isExpanded);
      return;
    }
    this.#activate(row.key);
    this.#options.onOpen(row.thing.id);
  }

  #key(event: KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const row = this.#rowOfActive();
    const index = row === undefined ? -1 : this.#rows.indexOf(row);
    const moves: Readonly<Record<string, () => void>> = {
      ArrowDown: () => this.#moveTo(this.#rows[index + 1]),
      ArrowUp: () => this.#moveTo(this.#rows[index - 1]),
      Home: () => this.#moveTo(this.#rows[0]),
      End: () => this.#moveTo(this.#rows.at(-1)),
      ArrowRight: () => this.#right(row, index),
      ArrowLeft: () => this.#left(row),
      Enter: () => row && this.#options.onOpen(row.thing.id),
      " ": () => row && this.#options.onOpen(row.thing.id),
    };
    const move = Object.hasOwn(moves, event.key) ? moves[event.key] : undefined;
    if (move === undefined) return;
    event.preventDefault();
    move();
  }

  /** Unfolds, or follows the first edge to the right. */
  #right(row: OutlineRow | undefined, index: number): void {
    if (row?.isExpanded === false) this.#options.onFold(row.thing.id, false);
    else if (row?.isExpanded === true) this.#moveTo(this.#rows[index + 1]);
  }

  /** Folds where that can be, or follows the edge back. */
  #left(row: OutlineRow | undefined): void {
    if (row === undefined) return;
    const canFold = row.isExpanded === true && row.thing.kind !== "user" && row.thing.kind !== "router";
    if (canFold) this.#options.onFold(row.thing.id, true);
    else this.#moveTo(this.#rows.find(({ key }) => key === row.parentKey));
  }
}
