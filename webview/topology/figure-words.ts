import type { EdgeMetric, Figures } from "../../contract/webview/mesh-things.ts";
import type { MeshWords } from "../../contract/webview/mesh-words.ts";
import { fillIn } from "../ui/fill-in.ts";

/** Numbers and times in the editor's language. What is not known is a dash, never a zero. */
export class FigureWords {
  readonly #words: MeshWords;
  readonly #whole: Intl.NumberFormat;
  readonly #fine: Intl.NumberFormat;
  readonly #compact: Intl.NumberFormat;
  readonly #time: Intl.DateTimeFormat;
  readonly #language: string;

  constructor(words: MeshWords, language: string) {
    this.#words = words;
    this.#language = isLanguage(language) ? language : "en";
    this.#whole = new Intl.NumberFormat(this.#language, { maximumFractionDigits: 0 });
    this.#fine = new Intl.NumberFormat(this.#language, { maximumSignificantDigits: 2 });
    this.#compact = new Intl.NumberFormat(this.#language, { notation: "compact", maximumFractionDigits: 1 });
    this.#time = new Intl.DateTimeFormat(this.#language, { timeStyle: "medium" });
  }

  readonly unknown = "–";

  number(value: number | null): string {
    return value === null ? this.unknown : this.#whole.format(value);
  }

  compact(value: number | null): string {
    return value === null ? this.unknown : this.#compact.format(value);
  }

  milliseconds(value: number | null): string {
    return value === null ? this.unknown : fillIn(this.#words.units.milliseconds, this.#rounded(value));
  }

  percent(share: number | null): string {
    return share === null ? this.unknown : fillIn(this.#words.units.percent, this.#whole.format(share * 100));
  }

  time(instant: number): string {
    return this.#time.format(instant);
  }

  /** From an instant until now, in the largest unit that says something: `3 min`. */
  duration(since: number, now: number): string {
    const seconds = Math.max(0, Math.round((now - since) / 1000));
    const [unit, size] = durationUnits.find(([, length]) => seconds >= length) ?? (["second", 1] as const);
    const style = { style: "unit", unit, unitDisplay: "short" } as const;
    return new Intl.NumberFormat(this.#language, style).format(Math.floor(seconds / size));
  }

  /** One figure with its unit. */
  metric(metric: EdgeMetric | "inFlight" | "errorsPerSecond", figures: Figures): string {
    const value = figures[metric];
    if (value === null) return this.unknown;
    const { units } = this.#words;
    switch (metric) {
      case "latencyP50Ms":
      case "latencyP95Ms":
        return this.milliseconds(value);
      case "requestsPerSecond":
      case "errorsPerSecond":
        return fillIn(units.perSecond, this.#rounded(value));
      case "tokensPerSecond":
        return fillIn(units.tokensPerSecond, this.#rounded(value));
      case "queued":
        return fillIn(units.queued, this.#whole.format(value));
      case "inFlight":
        return this.#whole.format(value);
    }
  }

  #rounded(value: number): string {
    return value >= 10 || value === 0 ? this.#whole.format(value) : this.#fine.format(value);
  }
}

/** Intl throws for what is no language tag at all. */
function isLanguage(tag: string): boolean {
  try {
    return Intl.NumberFormat.supportedLocalesOf([tag]).length > 0;
  } catch {
    return false;
  }
}

const durationUnits = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
] as const;
