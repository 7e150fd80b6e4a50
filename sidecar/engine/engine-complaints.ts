import type { Log } from "../platform/log.ts";

/** Lines of an engine's standard error that reach the log. */
const maxLoggedLines = 100;
const maxLineCharacters = 300;
/**
 * What our own code and llama.cpp's log say, and the last words of a native crash. Anything else was printed past the
 * log, such as a grammar that was refused: it may quote the request, and is only counted.
 */
const isKnown = /^(llama\.cpp \w+: |engine error: |GGML_|ggml_|terminate called|(free|malloc|corrupted|double free)\b)/;

/**
 * Passes on what an engine process writes to its standard error, within limits: a hostile model file can make llama.cpp
 * complain a million times, or without ever ending the line, and no complaint may carry a person's prompt into the log.
 */
export class EngineComplaints {
  readonly #log: Log;
  readonly #model: string;
  #lines = 0;
  #hidden = 0;
  #rest = "";

  constructor(log: Log, model: string) {
    this.#log = log;
    this.#model = model;
  }

  push(text: string): void {
    if (this.#lines > maxLoggedLines) return;
    const lines = (this.#rest + text).split("\n");
    this.#rest = (lines.pop() ?? "").slice(0, maxLineCharacters);
    for (const line of lines.slice(0, maxLoggedLines + 1)) this.#take(line);
  }

  #take(line: string): void {
    this.#lines++;
    if (this.#lines === maxLoggedLines + 1) {
      this.#log.warn("engine.stderrCut", { model: this.#model, lines: maxLoggedLines, hidden: this.#hidden });
    }
    if (this.#lines > maxLoggedLines) return;
    if (isKnown.test(line)) {
      this.#log.warn("engine.stderr", { model: this.#model, line: line.slice(0, maxLineCharacters) });
    } else if (this.#hidden++ === 0) {
      this.#log.debug("engine.stderrHidden", { model: this.#model, characters: line.length });
    }
  }
}
