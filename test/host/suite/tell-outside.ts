import { toldPrefix } from "../driver/told-prefix.ts";

/** Says something to whoever runs the suite. Every line is marked: the console is the whole extension host's. */
export function tellOutside(text: string): void {
  for (const line of text.split("\n")) console.log(`${toldPrefix}${line}`);
}
