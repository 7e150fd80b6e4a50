import { createInterface } from "node:readline";
import { McpServer } from "../../mcp/mcp-server.ts";
import type { Command } from "../command.ts";
import { readWorkspacePrivacy } from "../read-workspace-privacy.ts";
import { withNode } from "../with-node.ts";

export const mcpCommand: Command = {
  summary: "Offer the mesh's tools to an assistant by the Model Context Protocol, over standard input and output.",
  usage: "",
  flags: {},
  run: async (context) =>
    await withNode(context, async (connection) => {
      const server = new McpServer({
        ask: (definition, params) => connection.request(definition, params),
        // Assistants start it in the folder that they work in.
        workspacePrivacy: async () => await readWorkspacePrivacy(context),
        version: context.installation.version,
        write: (line) => context.write(`${line}\n`),
      });
      const lines = createInterface({ input: process.stdin, signal: context.signal });
      // The assistant that started this ends it by closing the input.
      const open = new Set<Promise<void>>();
      for await (const line of lines) {
        const answer = server.receive(line).finally(() => open.delete(answer));
        open.add(answer);
      }
      await Promise.all(open);
      return 0;
    }),
};
