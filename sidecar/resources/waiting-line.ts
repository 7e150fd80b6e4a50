/** A person waits for `interactive` requests; for `background` ones, a program that has time. */
export type Priority = "interactive" | "background";

export interface Waiting {
  /** Who asks: a key, or a connection. Clients take turns. */
  readonly client: string;
  readonly priority: Priority;
  /** Milliseconds of the queue's clock. */
  readonly arrivedAt: number;
}

/** While a background request has waited for too long, each that goes lets this many interactive ones go before it. */
const interactivePerAged = 3;

interface Turn<W> {
  readonly waiting: W;
  /** Requests of one client get rising numbers, and the lowest number goes first. */
  readonly turn: number;
}

/**
 * Who goes next, as pure data: interactive before background, clients in turn, each client's requests in the order in
 * which they came. A background request that has waited for `ageingMs` gets every fourth turn, so that it is never
 * starved, and a hundred of them do not hold up a person either.
 *
 * Turns are numbered as in start-time fair queueing (Goyal, Vin, Cheng 1996): a request's number is one more than that
 * of its client's previous one, but never below the number that was last called.
 */
export class WaitingLine<W extends Waiting> {
  readonly #ageingMs: number;
  readonly #lines: Record<Priority, Turn<W>[]> = { interactive: [], background: [] };
  readonly #lastTurns = new Map<string, number>();
  #calledTurn = 0;
  #interactiveRun = 0;

  constructor(ageingMs: number) {
    this.#ageingMs = ageingMs;
  }

  get length(): number {
    return this.#lines.interactive.length + this.#lines.background.length;
  }

  countOf(client: string): number {
    const count = (line: Turn<W>[]): number => line.filter((each) => each.waiting.client === client).length;
    return count(this.#lines.interactive) + count(this.#lines.background);
  }

  add(waiting: W): void {
    const turn = Math.max(this.#calledTurn, (this.#lastTurns.get(waiting.client) ?? 0) + 1);
    this.#lastTurns.set(waiting.client, turn);
    const line = this.#lines[waiting.priority];
    const place = line.findLastIndex((each) => each.turn <= turn) + 1;
    line.splice(place, 0, { waiting, turn });
  }

  /** True when it was waiting. */
  remove(waiting: W): boolean {
    const line = this.#lines[waiting.priority];
    const place = line.findIndex((each) => each.waiting === waiting);
    if (place >= 0) line.splice(place, 1);
    this.#forgetWhenEmpty();
    return place >= 0;
  }

  /** Whoever goes next. */
  first(now: number): W | undefined {
    for (const { waiting } of this.#calls(now)) return waiting;
    return undefined;
  }

  /** Takes out whoever goes next. */
  next(now: number): W | undefined {
    const [called] = this.#calls(now);
    if (called === undefined) return undefined;
    this.#calledTurn = Math.max(this.#calledTurn, called.turn);
    this.#interactiveRun = called.waiting.priority === "interactive" ? this.#interactiveRun + 1 : 0;
    this.remove(called.waiting);
    return called.waiting;
  }

  /** Everybody in the order in which they would go if nobody else came. */
  order(now: number): W[] {
    return [...this.#calls(now)].map((call) => call.waiting);
  }

  *#calls(now: number): Generator<Turn<W>> {
    const interactive = [...this.#lines.interactive];
    const background = [...this.#lines.background];
    const isAged = ({ waiting }: Turn<W>): boolean => now - waiting.arrivedAt >= this.#ageingMs;
    let aged = background.filter(isAged).length;
    let run = this.#interactiveRun;
    while (interactive.length + background.length > 0) {
      const isTurnOfAged = aged > 0 && (run >= interactivePerAged || interactive.length === 0);
      const line = isTurnOfAged || interactive.length === 0 ? background : interactive;
      const [call] = line.splice(isTurnOfAged ? line.findIndex(isAged) : 0, 1);
      if (call === undefined) return;
      if (isTurnOfAged) aged--;
      run = call.waiting.priority === "interactive" ? run + 1 : 0;
      yield call;
    }
  }

  /** Turns matter among those who wait; with nobody left, the memory of clients goes too. */
  #forgetWhenEmpty(): void {
    if (this.length > 0) return;
    this.#lastTurns.clear();
    this.#calledTurn = 0;
  }
}
