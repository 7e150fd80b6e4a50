import type { ConnectionTest } from "../../contract/mesh/connection-test.ts";
import { programText } from "../../contract/mesh/server-program.ts";
import type { BackendSummary } from "../../contract/rpc/backends.ts";
import { printable } from "./model-line.ts";

/** One line about a backend, for terminals. */
export function backendLine(backend: BackendSummary): string {
  const { openRequests, waitingRequests, maxConcurrent, latencyMs, priority, weight } = backend;
  const facts = [
    backend.kind,
    backend.program === null ? "" : programText(backend.program),
    backend.url ?? "",
    backend.label === backend.id ? "" : backend.label,
    backend.privacy,
    backend.models.length === 1 ? "1 model" : `${backend.models.length} models`,
    `priority ${priority}`,
    weight === 1 ? "" : `weight ${weight}`,
    maxConcurrent === null ? "" : `at most ${maxConcurrent} at once`,
    backend.hasKey ? "has a key" : "",
    openRequests === 0 ? "" : `${openRequests} open`,
    waitingRequests === 0 ? "" : `${waitingRequests} waiting`,
    latencyMs === null ? "" : `first byte after ${Math.round(latencyMs)} ms`,
    backend.reason ?? "",
  ];
  return printable(`${backend.id}  ${backend.health}  ${facts.filter(Boolean).join(", ")}`);
}

/** What a try has shown. */
export function testLine({ program, models, loaded, networkMs, isLoading, streamed, remark }: ConnectionTest): string {
  const inMemory = loaded === null ? "" : `, ${loaded} loaded`;
  const listed = `${models === 1 ? "1 model" : `${models} models`} in ${Math.round(networkMs)} ms${inMemory}`;
  const what = [
    program === null ? "" : programText(program),
    isLoading ? "it is there" : listed,
    streamed === null ? "" : `'${streamed.model}' streamed an answer after ${Math.round(streamed.firstEventMs)} ms`,
    remark ?? "",
  ];
  return printable(`Tried: ${what.filter(Boolean).join("; ")}`);
}
