/** One line of the exposition: what follows the metric's name, and the number. */
export interface Sample {
  readonly suffix?: "_bucket" | "_sum" | "_count";
  /** In the order of the definition's labels. */
  readonly values: readonly string[];
  /** Of a bucket: its upper bound. */
  readonly le?: string;
  readonly value: number;
}

/** Sets of labels per metric; what comes beyond is counted together, so that no list of models can fill the memory. */
const maxSeries = 200;
const other = "other";
/** Servers choose the names of their models. */
const maxLabelCharacters = 200;

/** The sets that came last are found by comparing: to clean and print one for a look into the map costs twenty times as much. */
const remembered = 8;

/** One state per set of label values, made when it first comes. */
class SeriesMap<T> {
  readonly #states = new Map<string, { readonly values: readonly string[]; readonly state: T }>();
  /** As they came, not cleaned; a ring. */
  readonly #latest: { readonly given: readonly string[]; readonly state: T }[] = [];
  #next = 0;
  readonly #make: () => T;

  constructor(make: () => T) {
    this.#make = make;
  }

  at(values: readonly string[]): T {
    for (const { given, state } of this.#latest) if (isSame(given, values)) return state;
    const state = this.#find(values);
    // Names that nobody would keep comparing are not kept either.
    if (values.every(({ length }) => length <= maxLabelCharacters)) {
      this.#latest[this.#next++ % remembered] = { given: values, state };
    }
    return state;
  }

  #find(values: readonly string[]): T {
    // Cleaned before they are told apart: two that are printed alike would be one sample twice.
    const clean = values.map((value) => value.slice(0, maxLabelCharacters).toWellFormed());
    const found = this.#states.get(JSON.stringify(clean));
    if (found !== undefined) return found.state;
    const kept = this.#states.size >= maxSeries ? clean.map(() => other) : clean;
    const key = JSON.stringify(kept);
    const existing = this.#states.get(key);
    if (existing !== undefined) return existing.state;
    const state = this.#make();
    this.#states.set(key, { values: kept, state });
    return state;
  }

  entries(): Iterable<{ readonly values: readonly string[]; readonly state: T }> {
    return this.#states.values();
  }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}

/** A number per set of label values that only grows. */
export class Counter {
  readonly #series = new SeriesMap(() => ({ value: 0 }));

  add(...values: readonly string[]): void {
    this.#series.at(values).value++;
  }

  samples(): Sample[] {
    return [...this.#series.entries()].map(({ values, state }) => ({ values, value: state.value }));
  }
}

/** How often values were up to each bound, per set of label values. */
export class Histogram {
  readonly #bounds: readonly number[];
  readonly #series: SeriesMap<{ readonly counts: number[]; sum: number; count: number }>;

  /** `bounds`: ascending, without infinity. */
  constructor(bounds: readonly number[]) {
    this.#bounds = bounds;
    this.#series = new SeriesMap(() => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }));
  }

  observe(value: number, ...values: readonly string[]): void {
    const state = this.#series.at(values);
    const index = this.#bounds.findIndex((bound) => value <= bound);
    // Each is counted once here, and the buckets are summed up when somebody looks.
    if (index >= 0) state.counts[index] = (state.counts[index] ?? 0) + 1;
    state.sum += value;
    state.count++;
  }

  samples(): Sample[] {
    return [...this.#series.entries()].flatMap(({ values, state }): Sample[] => {
      let below = 0;
      const buckets = this.#bounds.map((bound, index): Sample => {
        below += state.counts[index] ?? 0;
        return { suffix: "_bucket", values, le: String(bound), value: below };
      });
      return [
        ...buckets,
        { suffix: "_bucket", values, le: "+Inf", value: state.count },
        { suffix: "_sum", values, value: state.sum },
        { suffix: "_count", values, value: state.count },
      ];
    });
  }
}
