/**
 * The version of everything in `contract/rpc`. Equal numbers work together, whatever the package versions.
 * Raise it only for a change that an older side would misunderstand; adding an optional field is not one, unless whoever does
 * not know it would do harm. 2: `workspacePrivacy`, which a node of 1 would leave out, and send the prompt too far. 3: `onlyBackends`,
 * likewise.
 */
export const protocolVersion = 3;
