import { createInterface } from "node:readline/promises";
import { Writable } from "node:stream";
import { MeshError } from "../../contract/errors/mesh-error.ts";

/** No key is longer: a file that was piped by mistake is not read to its end. */
const maxCharacters = 4096;

/**
 * Reads a key, or another secret, from the standard input: to its end from a pipe, or one line from a terminal, which does not show it. It
 * never comes as an argument, since other users see those.
 */
export async function readKey(note: (text: string) => void, signal: AbortSignal, asked = "Key"): Promise<string> {
  return process.stdin.isTTY ? await askForKey(note, signal, asked) : await readPiped();
}

async function readPiped(): Promise<string> {
  let text = "";
  for await (const chunk of process.stdin.setEncoding("utf8")) {
    text += chunk;
    if (text.length > maxCharacters) break;
  }
  return text.trim();
}

async function askForKey(note: (text: string) => void, signal: AbortSignal, asked: string): Promise<string> {
  const hidden = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: hidden, terminal: true });
  // Only now: the terminal itself would show what is typed before it was taken over.
  note(`${asked}: `);
  const closed = Promise.withResolvers<never>();
  // Ctrl+C and Ctrl+D come as keys here, and end the terminal alone.
  terminal.once("close", () => closed.reject(new MeshError("cancelled", {})));
  closed.promise.catch(() => undefined);
  try {
    return (await Promise.race([terminal.question("", { signal }), closed.promise])).trim();
  } finally {
    terminal.close();
    note("\n");
  }
}
