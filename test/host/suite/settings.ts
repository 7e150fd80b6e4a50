import assert from "node:assert/strict";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";
import { diagnostics, tabsAreClosed } from "./diagnostics.ts";
import { nodeHasEnded, nodeThat, runningNode } from "./running-node.ts";

const autoStart = "inferenceMesh.node.autoStart";
const settings = (): vscode.WorkspaceConfiguration => vscode.workspace.getConfiguration();

async function openMeshView(): Promise<void> {
  await vscode.commands.executeCommand("workbench.view.explorer");
  await vscode.commands.executeCommand("inferenceMesh.mesh.focus");
}

export function describeSettings(): void {
  describe("Settings", () => {
    after(async () => {
      await settings().update(autoStart, undefined, vscode.ConfigurationTarget.Global);
      await tabsAreClosed();
    });

    it("keep the node from starting with the view, as the person has decided", async () => {
      await settings().update(autoStart, false, vscode.ConfigurationTarget.Global);
      await openMeshView();
      assert.match(await diagnostics(), /"kind": "notStarted"/);
      assert.equal(await runningNode(), undefined);
    });

    it("take effect without a reload", async () => {
      await settings().update(autoStart, true, vscode.ConfigurationTarget.Global);
      await openMeshView();
      await nodeThat(({ lifecycle }) => lifecycle === "ready");
      await vscode.commands.executeCommand("inferenceMesh.stopNode");
      await nodeHasEnded();
    });

    it("do not let a workspace decide whether a node starts on the person's machine", async () => {
      const update = settings().update(autoStart, false, vscode.ConfigurationTarget.Workspace);
      await assert.rejects(async () => await update);
      assert.equal(settings().get(autoStart), true);
    });
  });
}
