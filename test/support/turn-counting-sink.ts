import { RecordingSink } from "./recording-sink.ts";

/** Counts what comes in one turn of the event loop. It is behind after the first piece, until it is told to go on. */
export class TurnCountingSink extends RecordingSink {
  /** In bytes. */
  mostInTurn = 0;
  readonly #behind = Promise.withResolvers<void>();
  #inTurn = 0;
  #goOn: () => void = () => undefined;

  /** Resolves with its first piece. */
  readonly isBehind = this.#behind.promise;

  goOn(): void {
    this.#goOn();
  }

  override onDrain(resume: () => void): void {
    this.#goOn = resume;
  }

  override write(bytes: Buffer): boolean {
    if (this.#inTurn === 0) {
      setImmediate(() => {
        this.#inTurn = 0;
      });
    }
    this.#inTurn += bytes.length;
    this.mostInTurn = Math.max(this.mostInTurn, this.#inTurn);
    super.write(bytes);
    this.#behind.resolve();
    return this.count("write") > 1;
  }
}
