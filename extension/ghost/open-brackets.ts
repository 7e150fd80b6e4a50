const closers: Readonly<Record<string, string>> = { ")": "(", "]": "[", "}": "{" };
const quotes = /["'`]/g;

/** Brackets that a text closes without having opened them. What stands in strings counts as well: nobody knows the language. */
export function strayClosers(text: string): number {
  const open: string[] = [];
  let stray = 0;
  for (const character of text) {
    const opener = closers[character];
    if (opener !== undefined) {
      if (open.at(-1) === opener) open.pop();
      else stray++;
    } else if (character === "(" || character === "[" || character === "{") {
      open.push(character);
    }
  }
  return stray;
}

/** Whether some kind of quotation mark stands there an odd number of times. */
export function hasLoneQuote(text: string): boolean {
  const counts = new Map<string, number>();
  for (const [quote] of text.matchAll(quotes)) counts.set(quote, (counts.get(quote) ?? 0) + 1);
  return [...counts.values()].some((count) => count % 2 === 1);
}
