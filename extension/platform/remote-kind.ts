/** How an editor may be away from the machine that a person sits at, as the editor names it. */
const kinds = ["ssh-remote", "wsl", "dev-container", "attached-container", "k8s-container", "codespaces", "tunnel"];

/** The same for reports. Where the editor runs in a browser it names the machine instead, which says whose report it is. */
export const remoteKind = (remoteName: string | undefined): string =>
  remoteName === undefined ? "none" : kinds.includes(remoteName) ? remoteName : "other";
