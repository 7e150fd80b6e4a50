import { afterAll, afterEach, describe, inject } from "vitest";
import type { TestModels } from "../../support/make-test-models.ts";
import { Workbench, type WorkbenchOptions } from "./workbench.ts";

/** What an editor test has at hand. */
export interface EditorTests {
  /** Starts a workbench that ends with these tests. */
  start(options?: WorkbenchOptions): Promise<Workbench>;
  readonly models: TestModels;
  /** Where the package is installed for all tests: to be copied, never to be changed. */
  readonly extensions: string;
}

/**
 * Tests that need the workbench; skipped, with a loud word from the set-up, where it cannot run. A failed test leaves
 * pictures of the windows.
 */
export function describeEditor(name: string, define: (tests: EditorTests) => void): void {
  const editor = inject("editor");
  if ("missing" in editor) {
    describe.skip(name, () => undefined);
    return;
  }
  describe(name, () => {
    const running: Workbench[] = [];
    afterEach(async ({ task }) => {
      if (task.result?.state !== "fail") return;
      const file = `failed ${name} ${task.name}`.replace(/\W+/g, "-").slice(0, 100);
      for (const workbench of running) await workbench.screenshots(file);
    });
    afterAll(async () => {
      for (const workbench of running) await workbench.stop();
    });
    define({
      models: inject("models"),
      extensions: editor.setup.extensions,
      start: async (options) => {
        const workbench = await Workbench.start(editor.setup, options);
        running.push(workbench);
        return workbench;
      },
    });
  });
}
