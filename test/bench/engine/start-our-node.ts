import { TestNode } from "../../support/test-node.ts";
import type { ServerSettings, ServerUnderTest } from "./server-under-test.ts";
import { warmUp } from "./warm-up.ts";

/** A real node as a person has it: gateway, router and engine process. */
export async function startOurNode(settings: ServerSettings): Promise<ServerUnderTest> {
  const { threads, contextTokens, parallel } = settings;
  const node = await TestNode.create({
    models: [settings.modelPath],
    configuration: [
      "gateway: { port: 0 }",
      `engine: { threads: ${threads}, contextTokens: ${contextTokens}, parallel: ${parallel}, gpu: off }`,
    ].join("\n"),
  });
  try {
    await node.attach();
    const { gateway } = await node.status();
    const server = { name: "ours", origin: gateway.url, headers: { authorization: `Bearer ${node.key}` } };
    // The first request loads the model.
    await warmUp(server, settings.signal);
    const [modelPid] = node.enginePids(node.pid);
    if (modelPid === undefined) throw new Error("The node has no engine process.");
    return { ...server, pids: [node.pid, modelPid], modelPid, dispose: () => node.dispose() };
  } catch (error) {
    await node.dispose();
    throw error;
  }
}
