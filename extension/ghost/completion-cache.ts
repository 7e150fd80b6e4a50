import type { GapWindow } from "./gap-window.ts";

interface Entry extends GapWindow {
  readonly scope: string;
  /** "" where nothing was worth showing. */
  readonly text: string;
}

/** How many are kept: what somebody types, takes back and types again. */
const kept = 32;

/** What was shown lately, so that whoever types along it, or goes back, is shown the rest without anybody being asked. */
export class CompletionCache {
  #entries: readonly Entry[] = [];

  /** @param scope what else the text depends on: the document and the settings */
  remember(scope: string, { prefix, suffix }: GapWindow, text: string): void {
    this.#entries = [{ scope, prefix, suffix, text }, ...this.#entries].slice(0, kept);
  }

  /** What is left of a text that fits here, "" where there was none to show; undefined when nothing is known. */
  find(scope: string, { prefix, suffix }: GapWindow): string | undefined {
    for (const entry of this.#entries) {
      if (entry.scope !== scope || entry.suffix !== suffix || !prefix.startsWith(entry.prefix)) continue;
      const typed = prefix.slice(entry.prefix.length);
      // The end of a text is no reason to show nothing more.
      if (typed === "" || (entry.text.startsWith(typed) && entry.text.length > typed.length)) {
        return entry.text.slice(typed.length);
      }
    }
    return undefined;
  }

  clear(): void {
    this.#entries = [];
  }
}
