import { followingTop, type Scrolled } from "./scroll-position.ts";

/** One answer's window, and the blocks in it. */
export interface ScrollingColumn {
  readonly scroller: HTMLElement;
  blocks(): readonly Element[];
}

/** Scrolls all columns along with the one that a person scrolls. */
export class ScrollTogether {
  isOn = true;
  readonly #columns = new Map<ScrollingColumn, () => void>();
  /** Where a scroller was put by us: the event that tells of it is no person's. */
  readonly #put = new WeakMap<HTMLElement, number>();

  add(column: ScrollingColumn): void {
    const scrolled = (): void => this.#scrolled(column);
    column.scroller.addEventListener("scroll", scrolled, { passive: true });
    this.#columns.set(column, scrolled);
  }

  remove(column: ScrollingColumn): void {
    const scrolled = this.#columns.get(column);
    if (scrolled !== undefined) column.scroller.removeEventListener("scroll", scrolled);
    this.#columns.delete(column);
  }

  /** Scrolls one column, and no other with it. */
  scrollAlone(scroller: HTMLElement, top: number): void {
    const before = scroller.scrollTop;
    scroller.scrollTop = top;
    if (scroller.scrollTop !== before) this.#put.set(scroller, scroller.scrollTop);
  }

  #scrolled(leader: ScrollingColumn): void {
    const { scroller } = leader;
    const put = this.#put.get(scroller);
    this.#put.delete(scroller);
    if (!this.isOn || (put !== undefined && Math.abs(put - scroller.scrollTop) < 2)) return;
    const led = { ...measured(leader), top: scroller.scrollTop };
    for (const column of this.#columns.keys()) {
      if (column !== leader) this.scrollAlone(column.scroller, followingTop(led, measured(column)));
    }
  }
}

function measured(column: ScrollingColumn): Scrolled {
  const { scroller } = column;
  const { scrollHeight: height, clientHeight: windowHeight } = scroller;
  const origin = scroller.getBoundingClientRect().top - scroller.scrollTop;
  const [, ...begins] = column.blocks().map((block) => block.getBoundingClientRect().top - origin);
  // What is above the first block goes with it, and what is below the last one.
  return { edges: [0, ...begins, height], height, windowHeight };
}
