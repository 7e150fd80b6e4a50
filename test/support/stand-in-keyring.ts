import type { KeyringProblem } from "../../contract/mesh/key-store.ts";
import {
  type Keyring,
  type KeyringAnswer,
  KeyringUnavailable,
  type KeyringWish,
} from "../../sidecar/secrets/keyring/keyring.ts";

/** Stands in for the operating system's keyring: a map, with the faults that a test wishes. */
export class StandInKeyring implements Keyring {
  readonly secrets: Map<string, string>;
  readonly visits: KeyringWish[] = [];
  /** What every visit fails with. */
  problem: KeyringProblem | null = null;
  /** Takes what is written and gives it back changed. */
  garbles = false;
  /** Awaited before and after each visit. */
  beside: (moment: "before" | "after") => Promise<void> = async () => undefined;

  constructor(secrets: Iterable<readonly [string, string]> = []) {
    this.secrets = new Map(secrets);
  }

  async visit(wish: KeyringWish): Promise<KeyringAnswer> {
    this.visits.push(wish);
    await this.beside("before");
    if (this.problem !== null) throw new KeyringUnavailable(this.problem);
    const { write = [], read = [], delete: deleted = [] } = wish;
    for (const { account, secret } of write) this.secrets.set(account, this.garbles ? `${secret}?` : secret);
    const written = write.filter(({ account, secret }) => this.secrets.get(account) === secret);
    for (const account of deleted) this.secrets.delete(account);
    const answer = {
      written: written.map(({ account }) => account),
      read: read.flatMap((account) => {
        const secret = this.secrets.get(account);
        return secret === undefined ? [] : [{ account, secret }];
      }),
      deleted,
    };
    await this.beside("after");
    return answer;
  }
}
