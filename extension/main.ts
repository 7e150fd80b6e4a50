import { spawn } from "node:child_process";
import * as vscode from "vscode";
import type { PrivacyLabel } from "../contract/mesh/privacy-label.ts";
import { ModelChoices } from "./chat/model-choices.ts";
import { registerChat } from "./chat/register-chat.ts";
import type { CommandServices } from "./commands/command.ts";
import { registerCommands } from "./commands/index.ts";
import { registerCompare } from "./compare/register-compare.ts";
import { GhostControl } from "./ghost/ghost-control.ts";
import { InlineChat } from "./inline/inline-chat.ts";
import { showConfigurationNotices } from "./mesh/configuration-notices.ts";
import { type ContextValues, contextValues } from "./mesh/context-values.ts";
import { followNode } from "./mesh/follow-node.ts";
import { MeshStore } from "./mesh/mesh-store.ts";
import { StatusBar } from "./mesh/status-bar.ts";
import { TreePane } from "./mesh/tree-pane.ts";
import { registerNativeChat } from "./native/register-native-chat.ts";
import { systemClock } from "./platform/clock.ts";
import { ContextKeys } from "./platform/context-keys.ts";
import { ErrorPresenter } from "./platform/error-presenter.ts";
import type { Translate } from "./platform/translate.ts";
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
  const models = new ModelChoices({
    store,
    t,
    connect: () => supervisor.start(),
    watchTraffic: () => feed.watchTraffic(),
    memory: context.globalState,
    fromSettings: () => readSetting("inferenceMesh.chat.model"),
  });
  const inline = own(
    new InlineChat({
      connect: () => supervisor.start(),
      store,
      t,
      modelToAsk: models.modelToAsk,
      pickModel: models.pick,
      workspacePrivacy: () => privacy.read(),
      memory: context.workspaceState,
    }),
  );
  const walkthrough = new WalkthroughProgress();
  const startWhenSeen = (): void => {
    const isWanted = readSetting("inferenceMesh.node.autoStart") && supervisor.state.kind === "notStarted";
    // The views show why it does not start.
    if (isWanted) supervisor.start().catch(() => undefined);
  };
  const { extensionUri } = context;
  const topology = own(
    new Topology({ extensionUri, store, follower: feed, client: () => supervisor.connection, t, log }),
  );
  own(registerTopology(topology));
  const { conversations, commands: chat } = registerChat({
    context,
    supervisor,
    store,
    topology,
    inline,
    workspacePrivacy: () => privacy.read(),
    models,
    errors,
    t,
    log,
    onShown: startWhenSeen,
  });
  const { session } = conversations;
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
  const seen = (): void => {
    walkthrough.did("mesh");
    startWhenSeen();
  };
  const tree = own(new TreePane({ store, t, log, onSeen: seen }));
  own(
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      supervisor.trust();
      startWhenSeen();
    }),
  );

  const connect = () => supervisor.start();
  const page = { extensionUri, store, t, log, onShown: startWhenSeen };
  const watchTraffic = () => feed.watchTraffic();
  const { globalState: memory } = context;
  const compare = own(registerCompare({ ...page, connect, watchTraffic, workspacePrivacy, memory }));
  const useWith = own(new UseWithPanel({ ...page, connect, errors, memory: context.workspaceState }));

  own(
    registerNativeChat({
      supervisor,
      store,
      t,
      workspacePrivacy,
      memory,
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
    chat,
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
