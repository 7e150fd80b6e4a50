import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { nodeHasEnded, nodeThat } from "./running-node.ts";
import { registeredCommands } from "./this-extension.ts";

/** The last part: afterwards the extension is gone from this window. */
export function describeDisposal(context: () => vscode.ExtensionContext): void {
  describe("The extension, disposed as at the end of a window,", () => {
    it("keeps no command and no hold on the node", async () => {
      await vscode.commands.executeCommand("inferenceMesh.startNode");
      await nodeThat(({ lifecycle }) => lifecycle === "ready");
      for (const part of context().subscriptions.toReversed()) part.dispose();
      assert.deepEqual(await registeredCommands(), []);
      // This window was its only client.
      await nodeHasEnded();
    });
  });
}
