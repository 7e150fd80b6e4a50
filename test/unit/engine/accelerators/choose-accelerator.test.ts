import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { AcceleratorWish } from "../../../../contract/mesh/accelerator.ts";
import {
  enginePackagesOf,
  enginePackagesVersion,
} from "../../../../sidecar/engine/accelerators/accelerator-packages.ts";
import { chooseAccelerator, type MachineFindings } from "../../../../sidecar/engine/accelerators/choose-accelerator.ts";

const bare: MachineFindings = {
  platform: "linux",
  arch: "x64",
  nvidiaDriver: null,
  missingCudaLibraries: ["libcudart.so.13", "libcublas.so.13"],
  hasVulkanLoader: false,
  vulkanDrivers: 0,
  installed: new Set(),
  installing: new Set(),
};
const nvidia: MachineFindings = {
  ...bare,
  nvidiaDriver: "580.95.05",
  missingCudaLibraries: [],
  hasVulkanLoader: true,
  vulkanDrivers: 1,
};
const apple: MachineFindings = { ...bare, platform: "darwin", arch: "arm64" };

const choose = (machine: MachineFindings, wish: AcceleratorWish = "auto") => {
  const rows = chooseAccelerator(machine, wish);
  return {
    rows,
    chosen: rows.filter(({ isChosen }) => isChosen).map(({ kind }) => kind),
    of: (kind: string) => rows.find((row) => row.kind === kind),
  };
};

describe("what models are loaded with", () => {
  it("is the processor on a machine without anything else", () => {
    expect(choose(bare).chosen).toEqual(["cpu"]);
  });

  it("is Metal on Apple's processors, whose engine comes with the product", () => {
    expect(choose(apple).chosen).toEqual(["metal"]);
    expect(choose(apple).of("metal")).toMatchObject({ state: "included", downloadBytes: null });
  });

  it("stays the processor until somebody has fetched a package, which is never done unasked", () => {
    expect(choose(nvidia).chosen).toEqual(["cpu"]);
    expect(choose(nvidia).of("cuda")).toMatchObject({ state: "available", reason: "Its engine has not been fetched." });
    expect(choose(nvidia).of("cuda")?.downloadBytes).toBe(142_850_036 + 176_679_086);
  });

  it("is the fastest of those that are there", () => {
    expect(choose({ ...nvidia, installed: new Set(["vulkan"]) }).chosen).toEqual(["vulkan"]);
    expect(choose({ ...nvidia, installed: new Set(["vulkan", "cuda"]) }).chosen).toEqual(["cuda"]);
  });

  it("is what the configuration names, when that is there", () => {
    const machine = { ...nvidia, installed: new Set(["vulkan", "cuda"] as const) };
    expect(choose(machine, "vulkan").chosen).toEqual(["vulkan"]);
    expect(choose(machine, "off").chosen).toEqual(["cpu"]);
    expect(choose(machine, "metal").chosen).toEqual(["cpu"]);
  });

  it("is never one whose driver has gone since its package was fetched", () => {
    expect(choose({ ...bare, installed: new Set(["vulkan", "cuda"]) }).chosen).toEqual(["cpu"]);
  });
});

describe("the reason why something is not used", () => {
  it.each<[string, Partial<MachineFindings>, string, RegExp]>([
    ["no driver", { nvidiaDriver: null }, "cuda", /no NVIDIA driver/],
    ["an old driver", { nvidiaDriver: "535.104.05" }, "cuda", /driver 535\.104\.05 is older than 580/],
    ["a missing toolkit", { missingCudaLibraries: ["libcublas.so.13"] }, "cuda", /missing: libcublas\.so\.13/],
    ["another platform", { arch: "arm64" }, "cuda", /no CUDA engine for linux on arm64/],
    ["no Vulkan loader", { hasVulkanLoader: false }, "vulkan", /libvulkan/],
    ["no Vulkan driver", { vulkanDrivers: 0 }, "vulkan", /No graphics driver/],
    ["another maker's machine", {}, "metal", /Apple/],
  ])("names %s", (_name, change, kind, reason) => {
    expect(choose({ ...nvidia, ...change }).of(kind)).toMatchObject({
      state: "unusable",
      reason: expect.stringMatching(reason),
    });
  });
});

it("knows packages of exactly the engine's version, since it refuses all others", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
    dependencies: Record<string, string>;
    overrides: Record<string, string>;
  };
  expect(enginePackagesVersion).toBe(manifest.dependencies["node-llama-cpp"]);
  const names = [
    ["linux", "vulkan"],
    ["linux", "cuda"],
    ["win32", "vulkan"],
    ["win32", "cuda"],
  ]
    .flatMap(([platform = "", kind]) => enginePackagesOf(kind as "vulkan" | "cuda", { platform, arch: "x64" }))
    .map(({ name }) => name);
  // What the installation leaves out is what can be fetched.
  expect(names.sort()).toEqual(
    Object.keys(manifest.overrides)
      .filter((name) => name.startsWith("@node-llama-cpp/"))
      .sort(),
  );
});
