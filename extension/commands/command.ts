import type * as vscode from "vscode";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Translate } from "../platform/translate.ts";
import type { WalkthroughProgress } from "../platform/walkthrough-progress.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";

/** What commands need of the chat, which comes from the chat view. */
export interface ChatCommands {
  open(): Promise<void>;
  newConversation(): void;
  chooseModel(model: string): void;
}

/** Everything that commands work with. */
export interface CommandServices {
  readonly supervisor: NodeSupervisor;
  readonly store: MeshStore;
  readonly log: vscode.LogOutputChannel;
  readonly t: Translate;
  readonly chat: ChatCommands;
  readonly walkthrough: WalkthroughProgress;
  readonly version: string;
  /** The extension's id, `publisher.name`. */
  readonly extensionId: string;
  /** Reads the mesh anew. */
  readonly refresh: () => Promise<void>;
}

/** One command. `argument` is what the editor hands over: a tree row, or nothing. Errors go to the person. */
export type Command = (services: CommandServices, argument: unknown) => Promise<void>;
