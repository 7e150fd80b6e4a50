/** An item's place in a list. */
export interface Link<T> {
  readonly value: T;
  before: Link<T> | undefined;
  after: Link<T> | undefined;
  isListed: boolean;
}

/**
 * Things that come and go by the thousand a second, in the order in which they came. A Set leaves a table behind each
 * time that it has filled with holes, and each old table leads to the next: a collection of young objects takes whatever
 * hangs on such a chain for alive, so that every request would live until the next full collection.
 */
export class LinkedList<T> {
  #first: Link<T> | undefined;
  #last: Link<T> | undefined;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get first(): Link<T> | undefined {
    return this.#first;
  }

  append(value: T): Link<T> {
    const link: Link<T> = { value, before: this.#last, after: undefined, isListed: true };
    if (this.#last === undefined) this.#first = link;
    else this.#last.after = link;
    this.#last = link;
    this.#size++;
    return link;
  }

  /** Of this list. Removing twice does nothing. */
  remove(link: Link<T>): void {
    if (!link.isListed) return;
    const { before, after } = link;
    if (before === undefined) this.#first = after;
    else before.after = after;
    if (after === undefined) this.#last = before;
    else after.before = before;
    link.before = undefined;
    link.after = undefined;
    link.isListed = false;
    this.#size--;
  }

  values(): T[] {
    const values: T[] = [];
    for (let link = this.#first; link !== undefined; link = link.after) values.push(link.value);
    return values;
  }
}
