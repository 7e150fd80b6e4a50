import type * as vscode from "vscode";
import type { TopologyNode } from "../../contract/mesh/topology.ts";
import type { MeshMode } from "../../contract/webview/mesh.ts";
import type { Attachment } from "../chat/attachments/attachment.ts";
import type { EditorAttachments } from "../chat/attachments/editor-attachments.ts";
import type { ConversationDesk } from "../chat/conversations/conversation-desk.ts";
import type { ModelChoice } from "../chat/model-choice.ts";
import type { InlineChat } from "../inline/inline-chat.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { Translate } from "../platform/translate.ts";
import type { WalkthroughProgress } from "../platform/walkthrough-progress.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";

/** What commands need of the chat, which comes from the chat view. */
export interface ChatCommands {
  open(): Promise<void>;
  newConversation(): void;
  choose(choice: ModelChoice): void;
  /** Reads what a person attaches. */
  readonly attachments: EditorAttachments;
  /** Puts it to the next question, and shows the chat. */
  attach(attachments: readonly Attachment[]): Promise<void>;
  /** Asks for another model of the conversation. */
  pickModel(): Promise<void>;
}

/** What commands need of the topology view. */
export interface TopologyCommands {
  open(mode?: MeshMode): void;
  /** Shows a row of the tree in it, selected. */
  revealRow(row: TopologyNode): void;
  /** The same in whatever shows it already; opens nothing. */
  selectWhereOpen(row: TopologyNode): void;
}

/** What commands need of the comparison. */
export interface CompareCommands {
  /** Shows the page, and asks whom to compare; `wanted` is ticked already. */
  compare(wanted?: ModelChoice): Promise<void>;
  showTally(): void;
}

/** What commands need of the sidebar's tree. */
export interface TreeCommands {
  /** Selects a row and brings it into view; opens the tree. */
  reveal(rowId: string): Promise<void>;
}

/** What commands tell of the editor's own chat. */
export interface EditorChatCommands {
  /** Whether our models are part of it, as far as we know. */
  isJoined(): boolean;
  /** Our models are part of it; remembered for all windows. */
  joined(): Promise<void>;
}

/** What commands need of the page *Use with…*. */
export interface UseWithCommands {
  open(): void;
}

/** Everything that commands work with. */
export interface CommandServices {
  readonly supervisor: NodeSupervisor;
  readonly store: MeshStore;
  readonly log: vscode.LogOutputChannel;
  readonly t: Translate;
  readonly chat: ChatCommands;
  readonly conversations: ConversationDesk;
  readonly topology: TopologyCommands;
  readonly compare: CompareCommands;
  readonly tree: TreeCommands;
  readonly useWith: UseWithCommands;
  readonly inline: InlineChat;
  readonly editorChat: EditorChatCommands;
  readonly walkthrough: WalkthroughProgress;
  readonly version: string;
  /** The extension's id, `publisher.name`. */
  readonly extensionId: string;
  /** Reads the mesh anew. */
  readonly refresh: () => Promise<void>;
}

/**
 * One command. `argument` is what the editor hands over: a tree row, a file, or nothing; `selected` all that is selected
 * beside it. Errors go to the person.
 */
export type Command = (services: CommandServices, argument: unknown, selected?: unknown) => Promise<void>;
