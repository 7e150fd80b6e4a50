import assert from "node:assert/strict";
import { homedir } from "node:os";
import { setTimeout as delay } from "node:timers/promises";
import { after, describe, it } from "mocha";
import * as vscode from "vscode";
import type { ModelSummary } from "../../../contract/mesh/model.ts";
import type { NodeStatus } from "../../../contract/rpc/node.ts";
import { demoModel } from "../driver/extension-id.ts";
import { diagnostics, tabsAreClosed } from "./diagnostics.ts";
import { nodeHasEnded, nodeThat, runningNode } from "./running-node.ts";
import { manifestOf, thisExtension } from "./this-extension.ts";

const pollMs = 100;
const demoOf = ({ models }: NodeStatus): ModelSummary | undefined =>
  models.find(({ displayName }) => displayName === demoModel);

/** Runs a command that asks, and takes the first thing that it offers. */
async function runAndAcceptFirst(command: string): Promise<void> {
  let hasEnded = false;
  const ended = Promise.resolve(vscode.commands.executeCommand(command)).finally(() => {
    hasEnded = true;
  });
  // No event says that the list is there; accepting before that does nothing.
  while (!hasEnded) {
    await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    await Promise.race([ended, delay(pollMs)]);
  }
  await ended;
}

export function describeCommands(): void {
  describe("Commands, on a real node,", () => {
    after(tabsAreClosed);

    it("start it", async () => {
      assert.equal(await runningNode(), undefined);
      await vscode.commands.executeCommand("inferenceMesh.startNode");
      const node = await nodeThat(({ lifecycle }) => lifecycle === "ready");
      assert.equal(node.version, manifestOf(thisExtension()).version);
    });

    it("load the demo model", async () => {
      await runAndAcceptFirst("inferenceMesh.loadModel");
      await nodeThat((node) => demoOf(node)?.state === "loaded");
    });

    it("report how it is, without saying whose machine it is on", async () => {
      const report = await diagnostics();
      assert.match(report, /"lifecycle": "ready"/);
      assert.ok(report.includes(demoModel));
      assert.ok(!report.includes(homedir()), "the home folder is not in it");
    });

    it("unload the model", async () => {
      await runAndAcceptFirst("inferenceMesh.unloadModel");
      await nodeThat((node) => demoOf(node)?.state !== "loaded");
    });

    it("copy the gateway's address, where requests without a key are refused", async () => {
      await vscode.env.clipboard.writeText("");
      await vscode.commands.executeCommand("inferenceMesh.copyGatewayAddress");
      const address = await vscode.env.clipboard.readText();
      assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/v1$/);
      assert.equal((await fetch(`${address}/models`)).status, 401);
    });

    it("open its configuration", async () => {
      await vscode.commands.executeCommand("inferenceMesh.openConfiguration");
      assert.match(vscode.window.activeTextEditor?.document.uri.path ?? "", /config\.yaml$/);
    });

    it("stop it", async () => {
      await vscode.commands.executeCommand("inferenceMesh.stopNode");
      await nodeHasEnded();
    });
  });
}
