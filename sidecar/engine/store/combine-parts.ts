import { createHash } from "node:crypto";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { GgufHeader } from "../gguf-header.ts";
import { failedReading, type HeaderReading } from "./header-cache.ts";

/** What the parts of a model say together: the first one describes it, sizes and counts are sums. */
export function combineReadings(
  readings: readonly (HeaderReading | undefined)[],
  paths: readonly string[],
): HeaderReading {
  const there = readings.filter((reading) => reading !== undefined);
  const [first] = there;
  if (first === undefined) return failedReading(new MeshError("model_file_missing", { path: paths[0] ?? "" }));
  if (readings.length === 1) return first;
  const missing = paths.filter((_, index) => readings[index] === undefined);
  if (missing.length > 0) return failedReading(new MeshError("model_parts_missing", { path: paths[0] ?? "", missing }));
  const bad = there.find((reading) => reading.header === null);
  if (bad !== undefined) return bad;
  const headers = there.flatMap(({ header }) => (header === null ? [] : [header]));
  const sum = (of: (header: GgufHeader) => number): number => headers.reduce((total, each) => total + of(each), 0);
  const header = first.header && {
    ...first.header,
    sizeBytes: sum((each) => each.sizeBytes),
    requiredBytes: sum((each) => each.requiredBytes),
    parameterCount: sum((each) => each.parameterCount),
    tensorCount: sum((each) => each.tensorCount),
  };
  return { ...first, header };
}

/**
 * The digest of a model: its file's own, or for one in parts the SHA-256 over the parts' digests in order, each as
 * lower-case hex and a line feed. Undefined until all are known.
 */
export function combineDigests(digests: readonly (string | undefined)[]): string | undefined {
  if (digests.length === 1) return digests[0];
  if (digests.includes(undefined)) return undefined;
  return createHash("sha256")
    .update(digests.map((digest) => `${digest}\n`).join(""))
    .digest("hex");
}
