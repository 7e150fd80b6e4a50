import { chmodSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";

/** How the stand-in behaves when it is asked to go on reporting. */
export type StandInBehaviour = "reports" | "hangs" | "prints garbage" | "fails";

export const standInGpuLine = "GPU-00000000-1111-2222-3333-444444444444, Stand-in GPU, 81920, 20480, 37, 41, 120.50";

/**
 * A stand-in for NVIDIA's tool, which no machine without such a GPU has: a program of the same name that prints lines of
 * the same form. Returns a PATH on which it is found first.
 */
export function placeStandInNvidiaSmi(folder: string, behaviour: StandInBehaviour): string {
  const program = `#!${process.execPath}
const line = ${JSON.stringify(standInGpuLine)} + "\\n";
const behaviour = ${JSON.stringify(behaviour)};
const loop = process.argv.find((argument) => argument.startsWith("--loop-ms="));
if (behaviour === "fails") process.exitCode = 15;
else if (behaviour === "hangs") setInterval(() => {}, 1000);
else if (behaviour === "prints garbage") {
  process.stdout.write("NVIDIA-SMI has failed\\n" + "x".repeat(100_000));
  setInterval(() => {}, 1000);
} else {
  process.stdout.write(line);
  if (loop !== undefined) setInterval(() => process.stdout.write(line), 50);
}
`;
  const path = join(folder, "nvidia-smi");
  writeFileSync(path, program);
  chmodSync(path, 0o755);
  return `${folder}${delimiter}${process.env.PATH ?? ""}`;
}
