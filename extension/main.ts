import { spawn } from "node:child_process";
import * as vscode from "vscode";
import type { PrivacyLabel } from "../contract/mesh/privacy-label.ts";
import { AnswerActions } from "./chat/answer-actions.ts";
import { createComposer } from "./chat/attachments/create-composer.ts";
import { EditorAttachments } from "./chat/attachments/editor-attachments.ts";
import { ChatSession } from "./chat/chat-session.ts";
import { ChatView } from "./chat/chat-view.ts";
import { ComposerView } from "./chat/composer-view.ts";
import { ConversationDesk } from "./chat/conversations/conversation-desk.ts";
import { ConversationStore } from "./chat/conversations/conversation-store.ts";
import { LastEditor } from "./chat/last-editor.ts";
import type { ModelChoice } from "./chat/model-choice.ts";
import { choiceName } from "./chat/model-entry-words.ts";
import { otherPlace } from "./chat/other-place.ts";
import { pickModelToAsk } from "./chat/pick-model-to-ask.ts";
import type { CommandServices } from "./commands/command.ts";
import { registerCommands } from "./commands/index.ts";
import { ComparePanel } from "./compare/compare-panel.ts";
import { CompareSession } from "./compare/compare-session.ts";
import { contenderToAsk } from "./compare/contender.ts";
import { GhostControl } from "./ghost/ghost-control.ts";
import { InlineChat } from "./inline/inline-chat.ts";
import type { AskableModel } from "./mesh/askable-models.ts";
import { choiceToAsk, modelToAsk, type Preferences } from "./mesh/choice-to-ask.ts";
import { showConfigurationNotices } from "./mesh/configuration-notices.ts";
import { type ContextValues, contextValues } from "./mesh/context-values.ts";
import { followNode } from "./mesh/follow-node.ts";
import { MeshPane } from "./mesh/mesh-pane.ts";
import { MeshStore } from "./mesh/mesh-store.ts";
import { StatusBar } from "./mesh/status-bar.ts";
import { registerNativeChat } from "./native/register-native-chat.ts";
import { systemClock } from "./platform/clock.ts";
import { ContextKeys } from "./platform/context-keys.ts";
import { ErrorPresenter } from "./platform/error-presenter.ts";
import type { Translate } from "./platform/translate.ts";
import { comparePanelType, views } from "./platform/views.ts";
import { WalkthroughProgress } from "./platform/walkthrough-progress.ts";
import { LinkHandler } from "./servers/link-handler.ts";
import { readSetting } from "./settings/settings.ts";
import { runAttachProcess } from "./sidecar/attach-process.ts";
import { connectToNode } from "./sidecar/node-connection.ts";
import { NodeSupervisor } from "./sidecar/node-supervisor.ts";
import { registerTopology, Topology } from "./topology/topology-panel.ts";
import { UseWithPanel } from "./use-with/use-with-panel.ts";
import { policyFolders, watchPolicies } from "./workspace/policy-folders.ts";
import { windowLimit } from "./workspace/window-limit.ts";
import { WorkspacePrivacy } from "./workspace/workspace-privacy.ts";

/** Whether our models were added to the editor's own chat, for all windows. */
const inEditorChatKey = "editorChat.isJoined";
/** The votes of blind comparisons, for all windows: names and numbers alone. */
const compareTallyKey = "compare.tally";

/** Composition root of the extension: builds the parts, ties them together, and hands them to the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const { subscriptions } = context;
  const own = <T extends vscode.Disposable>(part: T): T => {
    subscriptions.push(part);
    return part;
  };
  const t: Translate = (message, values) => vscode.l10n.t(message, values ?? {});
  const log = own(vscode.window.createOutputChannel("Inference Mesh", { log: true }));
  const { version } = context.extension.packageJSON as { version: string };
  const program = vscode.Uri.joinPath(context.extensionUri, "dist", "sidecar", "cli.mjs").fsPath;

  const supervisor = own(
    new NodeSupervisor({
      attach: (signal) => runAttachProcess({ program, spawn, env: process.env, signal }),
      connect: (where, signal) => connectToNode(where, version, signal),
      isTrusted: () => vscode.workspace.isTrusted,
      clock: systemClock,
      log,
    }),
  );
  const store = new MeshStore();
  const feed = own(followNode(supervisor, store, log));
  const errors = new ErrorPresenter(t, log);
  const contextKeys = new ContextKeys<ContextValues>();
  const privacy = new WorkspacePrivacy({
    folders: policyFolders,
    ownLimit: () => windowLimit(vscode.workspace.getConfiguration().inspect("inferenceMesh.privacy.limit")),
    onProblem: (error) => void errors.show(error, async () => undefined),
  });
  // Whoever breaks a policy hears of it then, and not at the next question.
  own(watchPolicies(() => void privacy.read()));
  const preferences = (chosen: ModelChoice | null): Preferences => {
    return { chosen, fromSettings: readSetting("inferenceMesh.chat.model") };
  };
  const modelFor = (chosen: ModelChoice | null): AskableModel | null => modelToAsk(store, preferences(chosen));
  const pickModel = (title: string, chosen: () => AskableModel | null): Promise<AskableModel | undefined> => {
    const [connect, watchTraffic] = [() => supervisor.start(), () => feed.watchTraffic()];
    return pickModelToAsk({ t, title, store, connect, watchTraffic, chosen, memory: context.globalState });
  };
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
        choiceToAsk: (chosen) => choiceToAsk(store, preferences(chosen)),
        nameOf: (choice) => choiceName(store, choice, t),
        instructions: () => readSetting("inferenceMesh.chat.instructions"),
        workspacePrivacy: () => privacy.read(),
        otherPlace: (choice, backend) => otherPlace(store, choice, backend),
        keep,
      }),
  });
  const session = own(conversations.session);
  const askedModel = (): AskableModel | null => modelFor(session.chosen);
  const instructions = (): string => readSetting("inferenceMesh.chat.instructions");
  const chooseChatModel = async (): Promise<boolean> => {
    const model = await pickModel(t("Model for This Chat"), askedModel);
    if (model !== undefined) session.choose(model.kept);
    return model !== undefined;
  };
  const composer = own(
    createComposer({
      session,
      store,
      t,
      memory: context.workspaceState,
      model: askedModel,
      chooseModel: chooseChatModel,
      instructions,
      connection: () => supervisor.connection,
      workspacePrivacy: () => privacy.read(),
    }),
  );
  const attachments = new EditorAttachments(t);
  conversations.restore().catch((error: unknown) => void errors.show(error, async () => undefined));
  const inline = own(
    new InlineChat({
      connect: () => supervisor.start(),
      store,
      t,
      modelToAsk: modelFor,
      pickModel,
      workspacePrivacy: () => privacy.read(),
      memory: context.workspaceState,
    }),
  );
  const walkthrough = new WalkthroughProgress();
  const showContext = (): void => {
    const values = contextValues(store, {
      hasAsked: session.turns.length > 0,
      isInEditorChat: context.globalState.get(inEditorChatKey) === true,
      stepsDone: walkthrough.told,
      isReviewing: inline.desk.isInFront,
      isWriting: inline.isWriting,
    });
    contextKeys.update(values);
    if (values["inferenceMesh.nodeState"] === "ready") walkthrough.did("node");
    if (values["inferenceMesh.hasLoadedModel"]) walkthrough.did("model");
    if (values["inferenceMesh.hasAsked"]) walkthrough.did("chat");
    if (values["inferenceMesh.isInEditorChat"]) walkthrough.did("editorChat");
  };
  own(walkthrough.onDidChange(showContext));
  own(store.onDidChange(showContext));
  own(session.onDidChange(showContext));
  own(inline.onDidChange(showContext));
  own(inline.desk.onDidChange(showContext));
  store.setNodeState(supervisor.state);

  const workspacePrivacy = (): Promise<PrivacyLabel | null> => privacy.read();
  const ghost = own(new GhostControl({ supervisor, store, workspacePrivacy, clock: systemClock, errors, log, t }));
  own(new StatusBar(store, ghost, t));
  own(showConfigurationNotices(store, t));
  const startWhenSeen = (): void => {
    const isWanted = readSetting("inferenceMesh.node.autoStart") && supervisor.state.kind === "notStarted";
    // The views show why it does not start.
    if (isWanted) supervisor.start().catch(() => undefined);
  };
  const meshSeen = (): void => {
    walkthrough.did("mesh");
    startWhenSeen();
  };
  const tree = own(new MeshPane({ store, t, log, onSeen: meshSeen }));
  const { extensionUri } = context;
  const topology = own(
    new Topology({ extensionUri, store, follower: feed, client: () => supervisor.connection, t, log }),
  );
  own(registerTopology(topology));
  const answers = new AnswerActions({
    session,
    store,
    client: () => supervisor.connection,
    topology,
    inline,
    lastEditor: own(new LastEditor()),
    errors,
    t,
  });
  const composerView = new ComposerView({ composer, session, model: askedModel, instructions, t });
  const chatParts = { session, composer, composerView, attachments, answers, store, errors };
  const chatView = own(new ChatView({ extensionUri, ...chatParts, t, log, onShown: startWhenSeen }));
  own(vscode.window.registerWebviewViewProvider(views.chat, chatView));
  own(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      supervisor.trust();
      startWhenSeen();
    }),
  );

  const compare = own(
    new ComparePanel({
      extensionUri,
      connect: () => supervisor.start(),
      watchTraffic: () => feed.watchTraffic(),
      onShown: startWhenSeen,
      session: own(
        new CompareSession({
          connect: () => supervisor.start(),
          workspacePrivacy: () => privacy.read(),
          toAsk: (contender) => contenderToAsk(store, contender),
          random: Math.random,
        }),
      ),
      store,
      memory: {
        load: () => context.globalState.get(compareTallyKey),
        save: (tally) => void context.globalState.update(compareTallyKey, tally),
      },
      t,
      log,
    }),
  );
  own(vscode.window.registerWebviewPanelSerializer(comparePanelType, compare));
  const connect = () => supervisor.start();
  const shownWith = { onShown: startWhenSeen, memory: context.workspaceState };
  const useWith = own(new UseWithPanel({ extensionUri, store, connect, ...shownWith, errors, t, log }));

  own(
    registerNativeChat({
      supervisor,
      store,
      t,
      workspacePrivacy: () => privacy.read(),
      memory: context.globalState,
      program,
      version,
      log,
    }),
  );

  const services: CommandServices = {
    supervisor,
    store,
    log,
    t,
    chat: {
      open: () => chatView.open(),
      newConversation: () => conversations.begin(),
      choose: (choice) => session.choose(choice),
      pickModel: async () => {
        await chooseChatModel();
        await chatView.open();
      },
      attachments,
      attach: async (attached) => {
        composer.attach(attached);
        await chatView.open();
      },
    },
    conversations,
    topology,
    compare,
    tree,
    useWith,
    inline,
    editorChat: {
      isJoined: () => context.globalState.get(inEditorChatKey) === true,
      joined: async () => {
        await context.globalState.update(inEditorChatKey, true);
        showContext();
      },
    },
    walkthrough,
    version,
    extensionId: context.extension.id,
    refresh: () => feed.refresh(),
  };
  own(registerCommands(services, errors));
  own(vscode.window.registerUriHandler(new LinkHandler(services, errors)));
}
