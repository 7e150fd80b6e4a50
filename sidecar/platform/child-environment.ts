/** What a child of ours may need to start, find libraries and devices, and nothing else: no tokens, no proxies. */
const inherited = [
  "PATH",
  "HOME",
  "USER",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SYSTEMROOT",
  "WINDIR",
  "USERPROFILE",
  "LOCALAPPDATA",
  "LD_LIBRARY_PATH",
  "DYLD_LIBRARY_PATH",
  "XDG_RUNTIME_DIR",
  "XDG_STATE_HOME",
  "XDG_DATA_HOME",
  "XDG_CONFIG_HOME",
  "XDG_CACHE_HOME",
  "INFERENCE_MESH_HOME",
];
/** For libraries and devices; a secret may still have such a name. */
const secretName = /key|token|secret|password|credential/i;
const inheritedPrefixes = ["CUDA_", "NVIDIA_", "GGML_", "VK_", "HIP_", "ROCR_", "HSA_"];

/** What a node needs besides, to reach the network and models that are there already. An engine does neither. */
const forNodes = [
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "ALL_PROXY",
  "NO_PROXY",
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "HF_ENDPOINT",
  "HF_HOME",
  "HF_HUB_CACHE",
  // Where a token lies, and whether to use it; the token itself stays out of every environment that we make.
  "HF_TOKEN_PATH",
  "HF_HUB_DISABLE_IMPLICIT_TOKEN",
  "OLLAMA_MODELS",
  // Where Linux has its keyring.
  "DBUS_SESSION_BUS_ADDRESS",
];

/** What a person sets for the configuration's `${…}`. */
const forConfigurations = /^INFERENCE_MESH_/;

/** The environment of a node. A proxy's address may hold a password: it stays in this process. */
export function nodeEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isKept = (name: string): boolean => forNodes.includes(name.toUpperCase()) || forConfigurations.test(name);
  const kept = Object.entries(env).filter(([name]) => isKept(name));
  return { ...childEnvironment(env), ...Object.fromEntries(kept) };
}

/**
 * The environment of an engine, and the ground of a node's. An editor's own variables (`VSCODE_*`, `NODE_OPTIONS`, debugger hooks)
 * stay behind; `ELECTRON_RUN_AS_NODE` makes VS Code's binary act as plain Node, and is ignored by any other.
 */
export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const result: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" };
  for (const [name, value] of Object.entries(env)) {
    const isForDevices = inheritedPrefixes.some((prefix) => name.startsWith(prefix)) && !secretName.test(name);
    if (inherited.includes(name.toUpperCase()) || isForDevices) result[name] = value;
  }
  return result;
}
