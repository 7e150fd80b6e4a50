/** As the editor names the installed extension. */
export const extensionId = "inference-mesh.inference-mesh";
/** What its icon in the activity bar is called. */
export const containerName = "Inference Mesh";
/** The demo model that comes with the package. */
export const demoModel = "Mesh Guide (demo)";
