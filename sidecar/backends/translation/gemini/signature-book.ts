/** Calls whose signatures are kept: the oldest go first. */
const maxCalls = 2048;
/** Longer ones are left to the client. In characters. */
const maxCharacters = 64 * 1024;

/**
 * The signatures that came with calls, by the calls' ids. Gemini wants each back, untouched, with the call's result; the
 * answer has it in a field of Google's, which many clients lose. Nobody but Google can read one.
 */
export class SignatureBook {
  readonly #signatures = new Map<string, string>();

  keep(callId: string, signature: string): void {
    if (signature.length > maxCharacters) return;
    this.#signatures.delete(callId);
    this.#signatures.set(callId, signature);
    const [oldest] = this.#signatures.keys();
    if (this.#signatures.size > maxCalls && oldest !== undefined) this.#signatures.delete(oldest);
  }

  of(callId: string): string | undefined {
    return this.#signatures.get(callId);
  }
}
