/**
 * The version of everything in `contract/rpc`. Equal numbers work together, whatever the package versions.
 * Raise it only for a change that an older side would misunderstand; adding an optional field is not one.
 */
export const protocolVersion = 1;
