import * as vscode from "vscode";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { ChatCommands } from "../commands/command.ts";
import type { InlineChat } from "../inline/inline-chat.ts";
import type { AskableModel } from "../mesh/askable-models.ts";
import type { MeshStore } from "../mesh/mesh-store.ts";
import type { ErrorPresenter } from "../platform/error-presenter.ts";
import type { Log } from "../platform/log.ts";
import { ownedBy } from "../platform/owned-by.ts";
import type { Translate } from "../platform/translate.ts";
import { views } from "../platform/views.ts";
import { readSetting } from "../settings/settings.ts";
import type { NodeSupervisor } from "../sidecar/node-supervisor.ts";
import type { Topology } from "../topology/topology-panel.ts";
import { AnswerActions } from "./answer-actions.ts";
import { createComposer } from "./attachments/create-composer.ts";
import { EditorAttachments } from "./attachments/editor-attachments.ts";
import { ChatSession } from "./chat-session.ts";
import { ChatView } from "./chat-view.ts";
import { ComposerView } from "./composer-view.ts";
import { ConversationDesk } from "./conversations/conversation-desk.ts";
import { ConversationStore } from "./conversations/conversation-store.ts";
import { LastEditor } from "./last-editor.ts";
import type { ModelChoices } from "./model-choices.ts";
import { otherPlace } from "./other-place.ts";

export interface RegisterChatOptions {
  readonly context: vscode.ExtensionContext;
  readonly supervisor: NodeSupervisor;
  readonly store: MeshStore;
  readonly topology: Topology;
  readonly inline: InlineChat;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
  readonly models: ModelChoices;
  readonly errors: ErrorPresenter;
  readonly t: Translate;
  readonly log: Log;
  /** A person sees the view. */
  readonly onShown: () => void;
}

export interface Chat {
  readonly conversations: ConversationDesk;
  readonly commands: ChatCommands;
}

const isAllOwn = (model: AskableModel | null): boolean =>
  model !== null && model.places.length > 0 && model.places.every((place) => place.isOwn);

/** Builds the chat view with its conversations, and hands it to the editor. */
export function registerChat(options: RegisterChatOptions): Chat {
  const { context, supervisor, store, errors, t, workspacePrivacy, models } = options;
  const { extensionUri } = context;
  const own = ownedBy(context);
  const instructions = (): string => readSetting("inferenceMesh.chat.instructions");
  const conversations = new ConversationDesk({
    store: new ConversationStore({
      folder: vscode.Uri.joinPath(context.storageUri ?? context.globalStorageUri, "conversations").fsPath,
      isKept: () => readSetting("inferenceMesh.chat.keepConversations"),
    }),
    memory: context.workspaceState,
    onProblem: (error) => void errors.show(error, async () => undefined),
    session: (keep) =>
      new ChatSession({
        connect: () => supervisor.start(),
        choiceToAsk: models.choiceToAsk,
        nameOf: models.nameOf,
        instructions,
        workspacePrivacy,
        isOwn: (chosen) => isAllOwn(models.modelToAsk(chosen)),
        otherPlace: (choice, backend) => otherPlace(store, choice, backend),
        keep,
      }),
  });
  const session = own(conversations.session);
  const model = (): AskableModel | null => models.modelToAsk(session.chosen);
  const chooseModel = (): Promise<boolean> => models.chooseFor(session);
  const connection = (): typeof supervisor.connection => supervisor.connection;
  const memory = context.workspaceState;
  const asked = { model, chooseModel, instructions, connection, workspacePrivacy };
  const { composer, askAgain } = createComposer({ session, store, t, memory, ...asked });
  own(composer);
  const attachments = new EditorAttachments(t);
  const { topology, inline } = options;
  const lastEditor = own(new LastEditor());
  const answers = new AnswerActions({ session, store, client: connection, topology, inline, lastEditor, errors, t });
  const composerView = new ComposerView({ composer, session, model, instructions, t });
  const parts = { session, composer, askAgain, composerView, attachments, answers, store, errors };
  const view = own(new ChatView({ ...parts, extensionUri, t, log: options.log, onShown: options.onShown }));
  own(vscode.window.registerWebviewViewProvider(views.chat, view));
  conversations.restore().catch((error: unknown) => void errors.show(error, async () => undefined));
  return {
    conversations,
    commands: {
      open: () => view.open(),
      newConversation: () => conversations.begin(),
      choose: (choice) => session.choose(choice),
      pickModel: async () => {
        await chooseModel();
        await view.open();
      },
      attachments,
      attach: async (attached) => {
        composer.attach(attached);
        await view.open();
      },
    },
  };
}
