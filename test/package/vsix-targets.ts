/** The systems that a package is made for, and the binary that each one runs of a native package. */
export const vsixTargets = {
  "linux-x64": { "node-llama-cpp": "@node-llama-cpp/linux-x64", "@napi-rs/keyring": "@napi-rs/keyring-linux-x64-gnu" },
  "linux-arm64": {
    "node-llama-cpp": "@node-llama-cpp/linux-arm64",
    "@napi-rs/keyring": "@napi-rs/keyring-linux-arm64-gnu",
  },
  "linux-armhf": {
    "node-llama-cpp": "@node-llama-cpp/linux-armv7l",
    "@napi-rs/keyring": "@napi-rs/keyring-linux-arm-gnueabihf",
  },
  "darwin-arm64": {
    "node-llama-cpp": "@node-llama-cpp/mac-arm64-metal",
    "@napi-rs/keyring": "@napi-rs/keyring-darwin-arm64",
  },
  "darwin-x64": { "node-llama-cpp": "@node-llama-cpp/mac-x64", "@napi-rs/keyring": "@napi-rs/keyring-darwin-x64" },
  "win32-x64": { "node-llama-cpp": "@node-llama-cpp/win-x64", "@napi-rs/keyring": "@napi-rs/keyring-win32-x64-msvc" },
  "win32-arm64": {
    "node-llama-cpp": "@node-llama-cpp/win-arm64",
    "@napi-rs/keyring": "@napi-rs/keyring-win32-arm64-msvc",
  },
} as const;

export type VsixTarget = keyof typeof vsixTargets;

/** The one that is installed and driven by tests; the others are made in the same way, and untested. */
export const testedTarget: VsixTarget = "linux-x64";

export function isVsixTarget(name: string): name is VsixTarget {
  return Object.hasOwn(vsixTargets, name);
}
