import { character, choice, type GrammarNode, oneOfTexts, repeat, sequence, text } from "./grammar-node.ts";
import { fraction } from "./json-text.ts";

/** Numbers beyond this lose digits in JavaScript and most other JSON readers. */
const largest = Number.MAX_SAFE_INTEGER;

export interface NumberLimits {
  readonly minimum: number;
  readonly maximum: number;
  readonly excludesMinimum: boolean;
  readonly excludesMaximum: boolean;
}

/** Whole numbers within limits. Undefined when there is none. */
export function integersWithin(limits: NumberLimits): GrammarNode | undefined {
  const first = Math.max(-largest, firstInteger(limits));
  const last = Math.min(largest, lastInteger(limits));
  if (first > last) return undefined;
  const options: GrammarNode[] = [];
  if (first < 0) options.push(sequence(text("-"), digitsWithin(Math.max(1, -last), -first)));
  if (last >= 0) options.push(digitsWithin(Math.max(0, first), last));
  return choice(options);
}

/** Numbers within limits, with or without a fraction. Undefined when none was found. */
export function numbersWithin(limits: NumberLimits): GrammarNode | undefined {
  const first = Math.max(-largest, firstInteger(limits));
  const last = Math.min(largest, lastInteger(limits));
  const options: GrammarNode[] = [];
  const whole = integersWithin(limits);
  if (whole !== undefined) options.push(whole);
  // A fraction leads away from zero: 3.x lies between 3 and 4, -3.x between -4 and -3.
  if (last - 1 >= Math.max(0, first)) options.push(sequence(digitsWithin(Math.max(0, first), last - 1), fraction));
  const [near, far] = [Math.max(0, -last), -first - 1];
  if (far >= near) options.push(sequence(text("-"), digitsWithin(near, far), fraction));
  if (options.length > 0) return choice(options);
  const decimals = someDecimals(limits);
  return decimals.length === 0 ? undefined : oneOfTexts(decimals);
}

const firstInteger = ({ minimum, excludesMinimum }: NumberLimits): number =>
  excludesMinimum ? Math.floor(minimum) + 1 : Math.ceil(minimum);

const lastInteger = ({ maximum, excludesMaximum }: NumberLimits): number =>
  excludesMaximum ? Math.ceil(maximum) - 1 : Math.floor(maximum);

/** Up to eleven evenly spread numbers of a range that lies between two whole ones. */
function someDecimals({ minimum, maximum, excludesMinimum, excludesMaximum }: NumberLimits): string[] {
  const steps = 10;
  const fits = (value: number): boolean =>
    (excludesMinimum ? value > minimum : value >= minimum) && (excludesMaximum ? value < maximum : value <= maximum);
  return Array.from({ length: steps + 1 }, (_, step) => minimum + ((maximum - minimum) * step) / steps)
    .filter(fits)
    .map((value) => String(value))
    .filter((each) => !each.includes("e"));
}

/** Decimal notation of every whole number from `first` to `last`, neither of them negative. */
function digitsWithin(first: number, last: number): GrammarNode {
  const options: GrammarNode[] = [];
  for (let length = String(first).length; length <= String(last).length; length++) {
    const lowest = length === 1 ? 0 : 10 ** (length - 1);
    const low = Math.max(first, lowest);
    const high = Math.min(last, 10 ** length - 1);
    options.push(sameLength(String(low), String(Math.min(high, last))));
  }
  return choice(options);
}

const digit = character([0x30, 0x39]);
const digits = (count: number): GrammarNode => repeat(digit, count, count);
const digitRange = (first: string, last: string): GrammarNode => character([first.charCodeAt(0), last.charCodeAt(0)]);

/** Numbers from `low` to `high`, which have the same number of digits. */
function sameLength(low: string, high: string): GrammarNode {
  if (low === high) return text(low);
  let shared = 0;
  while (low[shared] === high[shared]) shared++;
  const rest = splitFirst(low.slice(shared), high.slice(shared));
  return shared === 0 ? rest : sequence(text(low.slice(0, shared)), rest);
}

/** The same where the first digits differ. */
function splitFirst(low: string, high: string): GrammarNode {
  const [lowFirst = "", highFirst = ""] = [low.charAt(0), high.charAt(0)];
  const after = low.length - 1;
  if (after === 0) return digitRange(lowFirst, highFirst);
  const options: GrammarNode[] = [];
  let [from, to] = [Number(lowFirst), Number(highFirst)];
  if (/[1-9]/.test(low.slice(1))) {
    options.push(sequence(text(lowFirst), sameLength(low.slice(1), "9".repeat(after))));
    from++;
  }
  const endsBelow = /[0-8]/.test(high.slice(1));
  if (endsBelow) to--;
  if (from <= to) options.push(sequence(digitRange(String(from), String(to)), digits(after)));
  if (endsBelow) options.push(sequence(text(highFirst), sameLength("0".repeat(after), high.slice(1))));
  return choice(options);
}
