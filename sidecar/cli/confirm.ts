import { createInterface } from "node:readline/promises";
import type { CommandContext } from "./command.ts";

/** Asks a person on the terminal. Nobody is asked where nobody can answer: that takes an explicit --yes. */
export async function confirm(
  { note, signal }: Pick<CommandContext, "note" | "signal">,
  question: string,
  refusal: string,
): Promise<boolean> {
  if (!process.stdin.isTTY) {
    note(`${refusal} Say --yes to go on without being asked.\n`);
    return false;
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(`${question} [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    terminal.close();
  }
}
