import type { Clock } from "../platform/clock.ts";
import type { Log } from "../platform/log.ts";

const attempts = 6;
const pauseMs = 250;

/**
 * Selects a row of a tree. The editor refuses that for a row which is drawn anew at the same moment, as new ones are: then it
 * is asked again. A row that cannot be selected is there all the same, so that nobody hears of it.
 */
export async function revealRow(reveal: () => PromiseLike<void>, clock: Clock, log: Log): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await reveal();
      return;
    } catch (error) {
      if (attempt === attempts) {
        log.warn(`A row was not selected: ${String(error)}`);
        return;
      }
      await clock.wait(pauseMs, new AbortController().signal);
    }
  }
}
