import * as vscode from "vscode";
import { ModelChoices } from "./chat/model-choices.ts";
import { registerChat } from "./chat/register-chat.ts";
import type { CommandServices } from "./commands/command.ts";
import { registerCommands } from "./commands/index.ts";
import { registerCompare } from "./compare/register-compare.ts";
import { GhostControl } from "./ghost/ghost-control.ts";
import { InlineChat } from "./inline/inline-chat.ts";
import { showConfigurationNotices } from "./mesh/configuration-notices.ts";
import { registerNode } from "./mesh/register-node.ts";
import { StatusBar } from "./mesh/status-bar.ts";
import { tellConditions } from "./mesh/tell-conditions.ts";
import { TreePane } from "./mesh/tree-pane.ts";
import { EditorChatMembership } from "./native/editor-chat-membership.ts";
import { registerNativeChat } from "./native/register-native-chat.ts";
import { systemClock } from "./platform/clock.ts";
import { ErrorPresenter } from "./platform/error-presenter.ts";
import { ownedBy } from "./platform/owned-by.ts";
import type { Translate } from "./platform/translate.ts";
import { WalkthroughProgress } from "./platform/walkthrough-progress.ts";
import { LinkHandler } from "./servers/link-handler.ts";
import { readSetting } from "./settings/settings.ts";
import { registerTopology, Topology } from "./topology/topology-panel.ts";
import { UseWithPanel } from "./use-with/use-with-panel.ts";
import { registerWorkspacePrivacy } from "./workspace/register-workspace-privacy.ts";

/** Composition root of the extension: builds the parts, ties them together, and hands them to the editor. */
export function activate(context: vscode.ExtensionContext): void {
  const own = ownedBy(context);
  const { extensionUri, globalState, workspaceState } = context;
  const t: Translate = (message, values) => vscode.l10n.t(message, values ?? {});
  const log = own(vscode.window.createOutputChannel("Inference Mesh", { log: true }));
  const errors = new ErrorPresenter(t, log);
  const { version } = context.extension.packageJSON as { version: string };
  const program = vscode.Uri.joinPath(extensionUri, "dist", "sidecar", "cli.mjs").fsPath;

  // The node, and how far a question may go.
  const { supervisor, store, feed, startWhenSeen } = own(registerNode({ program, version, log }));
  const { workspacePrivacy } = own(registerWorkspacePrivacy(errors));
  const connect = () => supervisor.start();
  const watchTraffic = () => feed.watchTraffic();
  const mesh = { supervisor, store, connect, watchTraffic, workspacePrivacy, errors, t, log };
  const page = { ...mesh, extensionUri, onShown: startWhenSeen };

  // Our own chat, and what it leads to.
  const fromSettings = () => readSetting("inferenceMesh.chat.model");
  const models = new ModelChoices({ ...mesh, memory: globalState, fromSettings });
  const { modelToAsk, pick: pickModel } = models;
  const inline = own(new InlineChat({ ...mesh, modelToAsk, pickModel, memory: workspaceState }));
  const topology = own(new Topology({ ...page, follower: feed, client: () => supervisor.connection }));
  own(registerTopology(topology));
  const { conversations, commands: chat } = registerChat({ ...page, context, topology, inline, models });

  // What the editor's conditions see, from here on.
  const walkthrough = new WalkthroughProgress();
  const editorChat = new EditorChatMembership(globalState);
  own(tellConditions({ store, session: conversations.session, inline, editorChat, walkthrough }));
  store.setNodeState(supervisor.state);

  // What shows the mesh.
  const ghost = own(new GhostControl({ ...mesh, clock: systemClock }));
  own(new StatusBar(store, ghost, t));
  own(showConfigurationNotices(store, t));
  const onSeen = (): void => {
    walkthrough.did("mesh");
    startWhenSeen();
  };
  const tree = own(new TreePane({ store, t, log, onSeen }));

  // Pages, and the editor's own chat.
  const compare = own(registerCompare({ ...page, memory: globalState }));
  const useWith = own(new UseWithPanel({ ...page, memory: workspaceState }));
  own(registerNativeChat({ ...mesh, memory: globalState, program, version }));

  // Commands and links, which reach all of it.
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
    editorChat,
    walkthrough,
    version,
    extensionId: context.extension.id,
    refresh: () => feed.refresh(),
  };
  own(registerCommands(services, errors));
  own(vscode.window.registerUriHandler(new LinkHandler(services, errors)));
}
