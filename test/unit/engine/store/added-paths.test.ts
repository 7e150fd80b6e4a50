import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { beforeEach, describe, expect, it } from "vitest";
import { AddedPaths } from "../../../../sidecar/engine/store/added-paths.ts";
import { openNodeState } from "../../../../sidecar/registry/node-state.ts";
import { useTemporaryFolder } from "../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
let added: AddedPaths;
let file: string;

beforeEach(async () => {
  added = new AddedPaths(await openNodeState(folder.path));
  mkdirSync(folder.join("real"));
  file = folder.join("real/model.gguf");
  writeFileSync(file, "x");
  symlinkSync(folder.join("real"), folder.join("link"));
  symlinkSync(file, folder.join("other-name.gguf"));
});

describe("a file that is added by path", () => {
  it("is remembered once, by whatever way it is named, also over a restart", async () => {
    await added.add(folder.join("link/model.gguf"));
    await added.add(file);
    await added.add(folder.join("other-name.gguf"));
    expect(added.all).toEqual([file]);
    expect(new AddedPaths(await openNodeState(folder.path)).all).toEqual([file]);
  });

  it("is remembered once when it is added twice at the same moment", async () => {
    await Promise.all([added.add(file), added.add(folder.join("link/model.gguf"))]);
    expect(added.all).toEqual([file]);
  });

  it("is forgotten by any of its names", async () => {
    await added.add(file);
    await added.remove(folder.join("link/model.gguf"));
    expect(added.all).toEqual([]);
  });

  it("that has gone can be forgotten", async () => {
    const gone = folder.join("gone.gguf");
    await added.add(gone);
    await added.add(file);
    await added.remove(gone);
    expect(added.all).toEqual([file]);
  });
});
