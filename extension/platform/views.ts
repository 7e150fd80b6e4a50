/** The views that package.json contributes, in the activity bar's container; a test holds the two together. */
export const viewContainer = "inferenceMesh";
export const views = {
  mesh: "inferenceMesh.mesh",
  chat: "inferenceMesh.chat",
  topology: "inferenceMesh.topology",
} as const;
/** In the panel at the bottom; whoever likes it elsewhere moves it. */
export const panelContainer = "inferenceMeshPanel";
export const walkthrough = "start";
export const walkthroughSteps = ["node", "model", "chat", "editorChat", "mesh", "tools"] as const;
export type WalkthroughStep = (typeof walkthroughSteps)[number];
/** Whose threads answers in an editor are. */
export const answerController = "inferenceMesh.answers";
/** The type of the topology's panel among the editors, by which the editor restores it. */
export const topologyPanelType = "inferenceMesh.topologyPanel";
/** The same of the comparison. */
export const comparePanelType = "inferenceMesh.comparePanel";
/** The same of the page *Use with…*. */
export const useWithPanelType = "inferenceMesh.useWithPanel";
