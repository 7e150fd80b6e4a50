/** Puts values into a text of the editor's language: `{0}` is the first. Values are text, whatever is in them. */
export const fillIn = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d+)\}/g, (place, index: string) => String(values[Number(index)] ?? place));
