import { chmodSync, chownSync, mkdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ensureFolder, ensurePrivateFolder, resolveFolders, socketPath } from "../../../sidecar/platform/folders.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const isRoot = process.getuid?.() === 0;
const isPosix = process.platform !== "win32";
afterEach(() => void vi.unstubAllEnvs());

describe("where things are kept", () => {
  it("is below the user's home without any variable", () => {
    const home = homedir();
    expect(resolveFolders({})).toMatchObject({
      config: join(home, ".config/inference-mesh"),
      data: join(home, ".local/share/inference-mesh"),
      state: join(home, ".local/state/inference-mesh"),
      cache: join(home, ".cache/inference-mesh"),
      models: join(home, ".local/share/inference-mesh/models"),
      logs: join(home, ".local/state/inference-mesh/logs"),
    });
  });

  it("follows each XDG variable", () => {
    const env = { XDG_CONFIG_HOME: "/c", XDG_DATA_HOME: "/d", XDG_STATE_HOME: "/s", XDG_CACHE_HOME: "/k" };
    expect(resolveFolders(env)).toMatchObject({
      config: "/c/inference-mesh",
      data: "/d/inference-mesh",
      state: "/s/inference-mesh",
      cache: "/k/inference-mesh",
    });
  });

  it("takes an empty variable for one that is not set", () => {
    const empty = { XDG_CONFIG_HOME: "", XDG_STATE_HOME: "", XDG_RUNTIME_DIR: "", INFERENCE_MESH_HOME: "" };
    expect(resolveFolders(empty)).toEqual(resolveFolders({}));
  });

  it("ignores a relative XDG path, as the XDG rules say", () => {
    expect(resolveFolders({ XDG_STATE_HOME: "state" }).state).toBe(resolveFolders({}).state);
  });

  it("is all below INFERENCE_MESH_HOME, whatever XDG says", () => {
    const { config, data, state, cache, models, logs } = resolveFolders({
      INFERENCE_MESH_HOME: "/mesh",
      XDG_CONFIG_HOME: "/c",
      XDG_DATA_HOME: "/d",
    });
    expect({ config, data, state, cache, models, logs }).toEqual({
      config: "/mesh/config",
      data: "/mesh/data",
      state: "/mesh/state",
      cache: "/mesh/cache",
      models: "/mesh/data/models",
      logs: "/mesh/state/logs",
    });
  });
});

describe.runIf(isPosix)("the control socket", () => {
  it("is in the user's runtime folder", () => {
    const { runtime, controlSocket } = resolveFolders({ XDG_RUNTIME_DIR: folder.path });
    expect(runtime).toBe(folder.join("inference-mesh"));
    expect(controlSocket.startsWith(`${runtime}/node-`)).toBe(true);
  });

  it("is another one for another home, and the same for the same", () => {
    const socket = (home: string): string => resolveFolders({ INFERENCE_MESH_HOME: home }).controlSocket;
    expect(socket("/a")).not.toBe(socket("/b"));
    expect(socket("/a")).toBe(socket("/a"));
  });

  it.each([
    ["is not there", () => folder.join("missing")],
    ["is not set", () => undefined],
  ])("is in the temporary folder when the runtime folder %s", (_name, runtime) => {
    const path = runtime();
    const env = path === undefined ? {} : { XDG_RUNTIME_DIR: path };
    expect(resolveFolders(env).runtime).toBe(join(tmpdir(), `inference-mesh-${process.getuid?.()}`));
  });

  it.runIf(isRoot)("is not put into a runtime folder of somebody else", () => {
    chownSync(folder.path, 12_345, 12_345);
    expect(resolveFolders({ XDG_RUNTIME_DIR: folder.path }).runtime).not.toContain(folder.path);
  });

  it("is not put below a file", () => {
    writeFileSync(folder.join("file"), "");
    expect(resolveFolders({ XDG_RUNTIME_DIR: folder.join("file") }).runtime).not.toContain(folder.path);
  });

  it.each([
    ["one byte", "x"],
    ["two bytes", "é"],
    ["three bytes", "模"],
  ])("has a path of at most 103 bytes below folders of any length, of characters of %s", (_name, character) => {
    const used = new Set<boolean>();
    for (let length = 1; length <= 80; length++) {
      const runtimeDir = folder.join(character.repeat(length));
      mkdirSync(runtimeDir);
      vi.stubEnv("TMPDIR", folder.join(character.repeat(length)));
      const { runtime, controlSocket } = resolveFolders({ XDG_RUNTIME_DIR: runtimeDir });
      used.add(runtime.startsWith(runtimeDir));
      for (const path of [controlSocket, socketPath(runtime, "engine-0123456789ab")]) {
        expect(Buffer.byteLength(path), path).toBeLessThanOrEqual(103);
      }
    }
    // Short ones are used, long ones are not.
    expect(used).toEqual(new Set([true, false]));
  });
});

describe("making a folder", () => {
  it("makes those above it too, all private", () => {
    ensureFolder(folder.join("a", "b"));
    for (const path of [folder.join("a"), folder.join("a", "b")]) {
      expect(statSync(path).mode & 0o777).toBe(0o700);
    }
  });

  it("leaves one that is there as it is", () => {
    chmodSync(folder.path, 0o755);
    ensureFolder(folder.path);
    expect(statSync(folder.path).mode & 0o777).toBe(0o755);
  });

  it("says which folder cannot be written, and why", () => {
    writeFileSync(folder.join("file"), "");
    expect(() => ensureFolder(folder.join("file", "below"))).toThrow(
      expect.objectContaining({
        code: "folder_unwritable",
        params: { path: folder.join("file", "below"), reason: "ENOTDIR" },
      }),
    );
  });
});

describe.runIf(isPosix)("making a private folder", () => {
  const unsafe = expect.objectContaining({ code: "folder_unsafe", params: expect.objectContaining({}) });

  it("makes it for its owner alone", () => {
    ensurePrivateFolder(folder.join("run"));
    expect(statSync(folder.join("run")).mode & 0o777).toBe(0o700);
  });

  it.each([0o755, 0o777, 0o710, 0o701])("closes one with mode %o to others", (mode) => {
    chmodSync(folder.path, mode);
    ensurePrivateFolder(folder.path);
    expect(statSync(folder.path).mode & 0o777).toBe(0o700);
  });

  it("refuses a link, even to a private folder of one's own", () => {
    mkdirSync(folder.join("real"), { mode: 0o700 });
    symlinkSync(folder.join("real"), folder.join("link"));
    expect(() => ensurePrivateFolder(folder.join("link"))).toThrow(unsafe);
  });

  it("refuses a link that leads nowhere, and makes nothing there", () => {
    symlinkSync(folder.join("nowhere"), folder.join("link"));
    expect(() => ensurePrivateFolder(folder.join("link"))).toThrow(expect.objectContaining({ name: "MeshError" }));
    expect(statSync(folder.join("nowhere"), { throwIfNoEntry: false })).toBeUndefined();
  });

  it("refuses a file", () => {
    writeFileSync(folder.join("file"), "");
    expect(() => ensurePrivateFolder(folder.join("file"))).toThrow(expect.objectContaining({ name: "MeshError" }));
  });

  it.runIf(isRoot)("refuses the folder of another user", () => {
    chownSync(folder.path, 12_345, 12_345);
    expect(() => ensurePrivateFolder(folder.path)).toThrow(unsafe);
  });
});
