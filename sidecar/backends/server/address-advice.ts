import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { ServerAddress } from "../../registry/server-address.ts";
import { printServerAddress } from "../../registry/server-address.ts";
import { isCertificateFault } from "./certificate-fault.ts";
import { readEntries } from "./model-list.ts";
import type { ServerCalls } from "./server-calls.ts";

/** What stands before `/v1` at servers and routers that are not at the root. */
const knownBasePaths = ["", "/api", "/openai"];

/**
 * Looks for what is wrong with an address whose list of models could not be read: asks the same origin alone, with the key
 * that is bound to it, a few small questions. In words, or null when nothing better was found.
 *
 * @throws the signal's reason
 */
export async function adviseOnAddress(
  address: ServerAddress,
  calls: ServerCalls,
  signal: AbortSignal,
): Promise<string | null> {
  const { origin, basePath } = address;
  if (origin.startsWith("http:") && (await speaksTls(calls, signal))) {
    return `it speaks TLS there: use ${printServerAddress({ ...address, origin: origin.replace("http:", "https:") })}`;
  }
  for (const other of knownBasePaths.filter((path) => path !== basePath)) {
    const answer = await calls.ask("/v1/models", signal, other);
    if (answer?.status !== 200 || !isList(answer.body)) continue;
    return `its models are listed at ${printServerAddress({ origin, basePath: other })}: use that address`;
  }
  return null;
}

async function speaksTls(calls: ServerCalls, signal: AbortSignal): Promise<boolean> {
  try {
    await calls.connect(signal, "https:");
    return true;
  } catch (error) {
    if (signal.aborted) throw error;
    // Somebody speaks it, whose certificate is not trusted.
    return error instanceof MeshError && (error.code === "backend_certificate" || isCertificateFault(error));
  }
}

function isList(body: Buffer): boolean {
  try {
    return readEntries(body, "").data.length > 0;
  } catch {
    return false;
  }
}
