import { spawn } from "node:child_process";
import * as vscode from "vscode";
import { systemClock } from "../platform/clock.ts";
import { readSetting } from "../settings/settings.ts";
import { runAttachProcess } from "../sidecar/attach-process.ts";
import { connectToNode } from "../sidecar/node-connection.ts";
import { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import { followNode, type NodeFollower } from "./follow-node.ts";
import { MeshStore } from "./mesh-store.ts";

export interface RegisterNodeOptions {
  /** The program that finds or starts the node. */
  readonly program: string;
  readonly version: string;
  readonly log: vscode.LogOutputChannel;
}

export interface NodeParts extends vscode.Disposable {
  readonly supervisor: NodeSupervisor;
  readonly store: MeshStore;
  readonly feed: NodeFollower;
  /** A person sees something of ours: starts the node where the settings want that. */
  readonly startWhenSeen: () => void;
}

/** The way to the node, and what is known of the mesh from it. */
export function registerNode({ program, version, log }: RegisterNodeOptions): NodeParts {
  const supervisor = new NodeSupervisor({
    attach: (signal) => runAttachProcess({ program, spawn, env: process.env, signal }),
    connect: (where, signal) => connectToNode(where, version, signal),
    isTrusted: () => vscode.workspace.isTrusted,
    clock: systemClock,
    log,
  });
  const store = new MeshStore();
  const feed = followNode(supervisor, store, log);
  const startWhenSeen = (): void => {
    const isWanted = readSetting("inferenceMesh.node.autoStart") && supervisor.state.kind === "notStarted";
    // The views show why it does not start.
    if (isWanted) supervisor.start().catch(() => undefined);
  };
  const trust = vscode.workspace.onDidGrantWorkspaceTrust(() => {
    supervisor.trust();
    startWhenSeen();
  });
  const parts = vscode.Disposable.from(supervisor, feed, trust);
  return { supervisor, store, feed, startWhenSeen, dispose: () => parts.dispose() };
}
