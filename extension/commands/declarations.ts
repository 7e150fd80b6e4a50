/** What package.json says of a command; a test holds the two together. */
export interface CommandDeclaration {
  /** English, in the palette behind "Mesh: ". */
  readonly title: string;
  /** A product icon, for commands that sit in a toolbar. */
  readonly icon?: string;
  /** When it can be used; nothing means always. */
  readonly enablement?: string;
  /** False for commands that act on a row of the tree. */
  readonly isInPalette: boolean;
}

const declare = <T extends Record<`inferenceMesh.${string}`, CommandDeclaration>>(table: T): T => table;
const isReady = "inferenceMesh.nodeState == ready";
const isReviewing = "inferenceMesh.isReviewing";
const isTrusted = "isWorkspaceTrusted";

/** Every command, once. Commands that need the node start it, so they are not tied to its running. */
export const commandDeclarations = declare({
  "inferenceMesh.startNode": {
    title: "Start Node",
    icon: "$(play)",
    enablement: `${isTrusted} && inferenceMesh.nodeState != ready && inferenceMesh.nodeState != starting`,
    isInPalette: true,
  },
  "inferenceMesh.stopNode": {
    title: "Stop Node",
    icon: "$(stop-circle)",
    enablement: `${isReady} || inferenceMesh.nodeState == starting`,
    isInPalette: true,
  },
  "inferenceMesh.restartNode": {
    title: "Restart Node",
    icon: "$(sync)",
    enablement: `${isTrusted} && inferenceMesh.nodeState != starting`,
    isInPalette: true,
  },
  "inferenceMesh.refreshMesh": { title: "Refresh", icon: "$(refresh)", enablement: isReady, isInPalette: true },
  "inferenceMesh.loadModel": { title: "Load Model…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.addModelFile": {
    title: "Add Model File…",
    icon: "$(new-file)",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.downloadModel": {
    title: "Download Model…",
    icon: "$(cloud-download)",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.deleteModel": { title: "Delete Model…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.forgetModelFile": { title: "Forget Model File…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.unloadModel": {
    title: "Unload Model…",
    enablement: "inferenceMesh.hasLoadedModel",
    isInPalette: true,
  },
  "inferenceMesh.loadThisModel": { title: "Load Model", icon: "$(play)", isInPalette: false },
  "inferenceMesh.unloadThisModel": { title: "Unload Model", icon: "$(stop-circle)", isInPalette: false },
  "inferenceMesh.chatWithThisModel": { title: "Chat with Model", icon: "$(comment-discussion)", isInPalette: false },
  "inferenceMesh.compareModels": {
    title: "Compare Models…",
    icon: "$(split-horizontal)",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.showCompareTally": { title: "Show Compare Tally", isInPalette: true },
  "inferenceMesh.openTopology": { title: "Open Topology", icon: "$(type-hierarchy)", isInPalette: true },
  "inferenceMesh.showAsTable": { title: "Show as Table", icon: "$(table)", isInPalette: true },
  "inferenceMesh.showInTopology": { title: "Show in Topology", icon: "$(type-hierarchy)", isInPalette: false },
  "inferenceMesh.addServer": { title: "Add Server…", icon: "$(add)", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.importServers": {
    title: "Import Servers…",
    icon: "$(cloud-download)",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.checkAllServers": {
    title: "Check All Servers",
    icon: "$(pulse)",
    enablement: isReady,
    isInPalette: true,
  },
  "inferenceMesh.checkThisServer": { title: "Check Now", icon: "$(pulse)", isInPalette: false },
  "inferenceMesh.enableThisServer": { title: "Enable", icon: "$(debug-start)", isInPalette: false },
  "inferenceMesh.disableThisServer": { title: "Disable", icon: "$(circle-slash)", isInPalette: false },
  "inferenceMesh.drainThisServer": { title: "Drain…", icon: "$(filter)", isInPalette: false },
  "inferenceMesh.editServer": { title: "Edit Server…", icon: "$(edit)", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.renameServer": { title: "Rename Server…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.setLabelAndWeight": {
    title: "Set Privacy Label and Weight…",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.removeThisServer": {
    title: "Remove Server…",
    icon: "$(trash)",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.copyThisAddress": { title: "Copy Address", icon: "$(copy)", isInPalette: false },
  "inferenceMesh.openChat": { title: "Open Chat", icon: "$(comment-discussion)", isInPalette: true },
  "inferenceMesh.addToChat": { title: "Add to Chat…", icon: "$(attach)", isInPalette: true },
  "inferenceMesh.addFileToChat": { title: "Add File to Chat", isInPalette: true },
  "inferenceMesh.addFolderToChat": { title: "Add Folder Listing to Chat", isInPalette: true },
  "inferenceMesh.addSelectionToChat": { title: "Add Selection to Chat", isInPalette: true },
  "inferenceMesh.addProblemsToChat": { title: "Add Problems to Chat", isInPalette: true },
  "inferenceMesh.addTerminalSelectionToChat": { title: "Add Terminal Selection to Chat", isInPalette: true },
  "inferenceMesh.newChat": { title: "New Chat", icon: "$(add)", isInPalette: true },
  "inferenceMesh.chooseChatModel": { title: "Choose Chat Model…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.showConversations": { title: "Show Conversations…", icon: "$(history)", isInPalette: true },
  "inferenceMesh.renameConversation": { title: "Rename Conversation…", isInPalette: true },
  "inferenceMesh.exportConversation": { title: "Export Conversation…", isInPalette: true },
  "inferenceMesh.deleteConversation": { title: "Delete Conversation", isInPalette: true },
  "inferenceMesh.deleteAllConversations": { title: "Delete All Conversations…", isInPalette: true },
  "inferenceMesh.addToVsCodeChat": { title: "Add to VS Code Chat", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.useWith": { title: "Use with…", icon: "$(plug)", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.copyGatewayAddress": { title: "Copy Gateway Address", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.copyKey": { title: "Copy Gateway Key…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.openConfiguration": { title: "Open Node Configuration", isInPalette: true },
  "inferenceMesh.restoreConfiguration": {
    title: "Restore Configuration…",
    enablement: isTrusted,
    isInPalette: true,
  },
  "inferenceMesh.showAccelerators": { title: "Accelerators…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.showMenu": { title: "Show Menu", isInPalette: true },
  "inferenceMesh.showLog": { title: "Show Log", icon: "$(output)", isInPalette: true },
  "inferenceMesh.collectDiagnostics": { title: "Collect Diagnostics", isInPalette: true },
  "inferenceMesh.reportIssue": { title: "Report Issue…", isInPalette: true },
  "inferenceMesh.openWalkthrough": { title: "Open Walkthrough", isInPalette: true },
  "inferenceMesh.inlineChat": { title: "Inline Chat", icon: "$(sparkle)", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.toggleGhostText": { title: "Turn Ghost Text On or Off…", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.triggerGhostText": { title: "Trigger Ghost Text", enablement: isTrusted, isInPalette: true },
  "inferenceMesh.acceptEdit": { title: "Accept Edit", icon: "$(check)", enablement: isReviewing, isInPalette: true },
  "inferenceMesh.rejectEdit": { title: "Reject Edit", icon: "$(close)", enablement: isReviewing, isInPalette: true },
  "inferenceMesh.retryEdit": { title: "Retry Edit", icon: "$(refresh)", enablement: isReviewing, isInPalette: true },
  "inferenceMesh.showEditDiff": {
    title: "Show Edit as Diff",
    icon: "$(diff)",
    enablement: isReviewing,
    isInPalette: true,
  },
  "inferenceMesh.stopEdit": {
    title: "Stop Edit",
    icon: "$(stop-circle)",
    enablement: "inferenceMesh.isWriting",
    isInPalette: true,
  },
  "inferenceMesh.acceptChange": { title: "Accept Change at Cursor", enablement: isReviewing, isInPalette: true },
  "inferenceMesh.rejectChange": { title: "Reject Change at Cursor", enablement: isReviewing, isInPalette: true },
  "inferenceMesh.removeAnswer": { title: "Remove Answer", icon: "$(close)", isInPalette: false },
});

export type CommandName = keyof typeof commandDeclarations;
