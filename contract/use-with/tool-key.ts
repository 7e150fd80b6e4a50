/** Stands for the key in what is shown. */
export const keyPlaceholder = "YOUR-KEY";

/** A name for another key of a tool, which no key has yet. */
export function freeKeyName(tool: string, taken: readonly { readonly name: string }[]): string {
  const names = new Set(taken.map(({ name }) => name));
  for (let count = 1; ; count++) {
    const name = count === 1 ? tool : `${tool}-${count}`;
    if (!names.has(name)) return name;
  }
}
