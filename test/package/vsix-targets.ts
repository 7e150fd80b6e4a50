/** The systems that a package is made for, and the engine that each one runs. */
export const vsixTargets = {
  "linux-x64": { engine: "@node-llama-cpp/linux-x64" },
  "linux-arm64": { engine: "@node-llama-cpp/linux-arm64" },
  "linux-armhf": { engine: "@node-llama-cpp/linux-armv7l" },
  "darwin-arm64": { engine: "@node-llama-cpp/mac-arm64-metal" },
  "darwin-x64": { engine: "@node-llama-cpp/mac-x64" },
  "win32-x64": { engine: "@node-llama-cpp/win-x64" },
  "win32-arm64": { engine: "@node-llama-cpp/win-arm64" },
} as const;

export type VsixTarget = keyof typeof vsixTargets;

/** The one that is installed and driven by tests; the others are made in the same way, and untested. */
export const testedTarget: VsixTarget = "linux-x64";

export function isVsixTarget(name: string): name is VsixTarget {
  return Object.hasOwn(vsixTargets, name);
}
