const ofPrograms: Readonly<Record<string, string>> = {
  "backend-ai-go": "vm-running",
  "inference-mesh": "vm-connect",
  "continuum-router": "git-merge",
  litellm: "git-merge",
};
const ofKinds: Readonly<Record<string, string>> = {
  anthropic: "cloud",
  openai: "cloud",
  gemini: "cloud",
  router: "git-merge",
  "backend-ai-go": "vm-running",
};

/** The product icon of a kind of server, the same in pickers and in the tree. */
export function serverIcon(kind: string | null, program: string | null): string {
  if (program !== null && Object.hasOwn(ofPrograms, program)) return ofPrograms[program] as string;
  return kind !== null && Object.hasOwn(ofKinds, kind) ? (ofKinds[kind] as string) : "server-process";
}
