import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach } from "vitest";

/** Gives each test of a file a folder of its own, which is gone after the test. */
export function useTemporaryFolder(): { readonly path: string; join(...names: string[]): string } {
  let path = "";
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), "mesh-unit-"));
  });
  afterEach(() => rmSync(path, { recursive: true, force: true }));
  return {
    get path() {
      return path;
    },
    join: (...names) => join(path, ...names),
  };
}
