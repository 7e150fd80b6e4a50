import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { runningNode } from "./running-node.ts";
import { manifestOf, registeredCommands, thisExtension } from "./this-extension.ts";

export function describeActivation(): void {
  describe("The extension", () => {
    it("is not active, registers nothing and starts no node before it is needed", async () => {
      assert.equal(thisExtension().isActive, false);
      assert.deepEqual(await registeredCommands(), []);
      assert.equal(await runningNode(), undefined);
    });

    it("activates when one of its commands is used", async () => {
      await vscode.commands.executeCommand("inferenceMesh.showLog");
      assert.equal(thisExtension().isActive, true);
      assert.equal(await runningNode(), undefined);
    });

    it("has registered exactly the commands that it contributes", async () => {
      const contributed = manifestOf(thisExtension()).contributes.commands.map(({ command }) => command);
      assert.deepEqual(await registeredCommands(), contributed.toSorted());
    });
  });
}
