/** The views that package.json contributes, in the activity bar's container; a test holds the two together. */
export const viewContainer = "inferenceMesh";
export const views = { mesh: "inferenceMesh.mesh", chat: "inferenceMesh.chat" } as const;
export const walkthrough = "start";
export const walkthroughSteps = ["node", "model", "chat", "mesh", "tools"] as const;
export type WalkthroughStep = (typeof walkthroughSteps)[number];
