/** A person who has written nothing for so long, in milliseconds, pauses: then what is there is counted. */
const pauseMs = 300;

/** Tells what is being written when the person pauses, and at once when nothing is left of it. */
export class DraftTeller {
  readonly #tell: (text: string) => void;
  #told = "";
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** `text` is the draft of the page's last life. */
  constructor(text: string, tell: (text: string) => void) {
    this.#tell = tell;
    if (text !== "") this.change(text);
  }

  change(text: string): void {
    clearTimeout(this.#timer);
    if (text === "") this.#say(text);
    else this.#timer = setTimeout(() => this.#say(text), pauseMs);
  }

  #say(text: string): void {
    if (text === this.#told) return;
    this.#told = text;
    this.#tell(text);
  }
}
