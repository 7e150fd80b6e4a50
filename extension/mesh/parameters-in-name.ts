/** `8b`, `1.5B`, `8x7b`, `270m`, and not the `3b` of `a3b`, which counts the part that answers. */
const amount = /(?<![a-z0-9.])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,3})?)([bm])(?![a-z0-9])/gi;
/** Names of models are short; whatever is behind this is no part of one. */
const maxCharacters = 200;

/** How many parameters a model has, as far as its name says so; null where it does not. */
export function parametersInName(name: string): number | null {
  const counts = [...name.slice(0, maxCharacters).matchAll(amount)].map(
    ([, experts, count, unit]) => Number(experts ?? 1) * Number(count) * (unit?.toLowerCase() === "m" ? 1e6 : 1e9),
  );
  return counts.length === 0 ? null : Math.max(...counts);
}
