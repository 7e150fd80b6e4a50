import { expect, test } from "vitest";
import { describeEditor } from "./driver/describe-editor.ts";
import { runInExtensionHost } from "./driver/run-in-extension-host.ts";
import { buildSuite } from "./setup/build-suite.ts";

/** Many tests in one: the limit ends a hang. */
const limitMs = 400_000;

describeEditor("The extension-host suite", (editor) => {
  test(
    "passes in the workbench, and leaves no process and no socket",
    async () => {
      const workbench = await editor.start({ acceptsTestSuites: true });
      const { code, told } = await runInExtensionHost(workbench, await buildSuite("run-suite"));
      console.log(told.join("\n"));
      expect(code, told.join("\n")).toBe(0);
      expect(told.at(-1)).toMatch(/^[1-9]\d* passed, 0 failed$/);
      expect(await workbench.stop()).toEqual({ processes: [], files: [] });
    },
    limitMs,
  );
});
