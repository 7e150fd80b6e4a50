import type * as z from "zod";
import type { KeyringReport, keyringWishSchema } from "./keyring.ts";
import { secretServiceProblem } from "./secret-service-problem.ts";

/** What people see in their keyring's own window. */
const service = "inference-mesh";

type Library = typeof import("@napi-rs/keyring");

/** Does what is wished, one thing after another. Runs in the child process alone, which the library's memory ends with. */
export async function visitKeyring(wish: z.output<typeof keyringWishSchema>): Promise<KeyringReport> {
  const library = await loadLibrary();
  if (library === undefined) return { problem: "no-library" };
  const problem = process.platform === "linux" ? await secretServiceProblem(process.env) : null;
  if (problem !== null) return { problem };
  // Not the kernel's keyring, which forgets at a restart.
  const entry = (account: string) => new library.AsyncEntry(service, account, { linux: { store: "secret-service" } });
  const answer: Extract<KeyringReport, { answer: object }>["answer"] = { written: [], read: [], deleted: [] };
  try {
    for (const { account, secret } of wish.write) {
      if (!(await isWritten(entry, account, secret))) continue;
      answer.written.push(account);
    }
    for (const account of wish.read) {
      const secret = await entry(account).getPassword();
      if (secret != null) answer.read.push({ account, secret });
    }
    for (const account of wish.delete) {
      await entry(account).deleteCredential();
      if ((await entry(account).getPassword()) == null) answer.deleted.push(account);
    }
  } catch {
    // What has been changed counts; the library's words may quote what it was given.
    return answer.written.length + answer.deleted.length > 0 ? { answer } : { problem: "refused" };
  }
  return { answer };
}

async function isWritten(
  entry: (account: string) => InstanceType<Library["AsyncEntry"]>,
  account: string,
  secret: string,
): Promise<boolean> {
  await entry(account).setPassword(secret);
  return (await entry(account).getPassword()) === secret;
}

/** Optional: a system without a binary, or an installation without optional packages, keeps its keys in the file. */
async function loadLibrary(): Promise<Library | undefined> {
  try {
    return await import("@napi-rs/keyring");
  } catch {
    return undefined;
  }
}
