/** Where documents are that people write in: not the input of a commit, an output or a diff's other side. */
const written: ReadonlySet<string> = new Set([
  "file",
  "untitled",
  "vscode-remote",
  "vscode-vfs",
  "vscode-notebook-cell",
  "vscode-test-web",
]);

/** Files that people keep keys and passwords in, by their names. */
const secret = [
  /^\.env(\..*)?$/,
  /\.env$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|asc|gpg|tfvars|tfstate)$/,
  /^id_(rsa|dsa|ecdsa|ed25519)/,
  /^\.(netrc|npmrc|pypirc|pgpass|htpasswd|git-credentials|dockercfg|vault-token)$/,
  /^(credentials|secrets?|passwords?|kubeconfig)(\.(json|ya?ml|toml|ini|txt|csv|xml|properties|conf|cfg))?$/,
  /\.secrets?(\.(json|ya?ml|toml|ini|txt|properties))?$/,
  /^service[-_]account.*\.json$/,
];
/** Folders in which every file is like that. */
const secretFolders = /(^|\/)\.(ssh|gnupg|aws|azure|kube|docker)\//;

export interface DocumentPlace {
  readonly scheme: string;
  /** With slashes. */
  readonly path: string;
}

/** Whether text for this document may be asked of a model while somebody types: for what they write, and for no secrets. */
export function mayBeRead({ scheme, path }: DocumentPlace): boolean {
  if (!written.has(scheme)) return false;
  const name = path.slice(path.lastIndexOf("/") + 1).toLowerCase();
  return !secret.some((pattern) => pattern.test(name)) && !secretFolders.test(path.toLowerCase());
}
