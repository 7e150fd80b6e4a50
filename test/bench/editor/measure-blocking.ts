import * as z from "zod";
import { runInExtensionHost } from "../../host/driver/run-in-extension-host.ts";
import { Workbench } from "../../host/driver/workbench.ts";
import { buildSuite } from "../../host/setup/build-suite.ts";
import type { EditorSetup } from "../../host/setup/editor-setup.ts";

const blockingSchema = z.object({ idleBlockMs: z.number(), startBlockMs: z.number() });

/** The longest time that nothing ran in the extension host: while idle, and while the extension and its node start. */
export async function measureBlocking(setup: EditorSetup): Promise<z.infer<typeof blockingSchema>> {
  const workbench = await Workbench.start(setup, { acceptsTestSuites: true });
  try {
    const { code, told } = await runInExtensionHost(workbench, await buildSuite("measure-start"));
    if (code !== 0) throw new Error(`The measurement failed: ${told.join("\n")}`);
    return blockingSchema.parse(JSON.parse(told.at(-1) ?? ""));
  } finally {
    await workbench.stop();
  }
}
