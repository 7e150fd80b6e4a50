/** What package.json says of the editor's own chat; a test holds the two together. */
export const vendor = "inference-mesh";
export const participantId = "inference-mesh.mesh";
export const participantCommands = ["status", "explain", "models"] as const;
export const mcpProviderId = "inference-mesh.mcp";
