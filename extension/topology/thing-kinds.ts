import type { ThingIcon } from "../../contract/webview/mesh-things.ts";
import type { Translate } from "../platform/translate.ts";

interface ThingLook {
  readonly icon: ThingIcon;
  readonly label: string;
}

/** How each kind of backend looks. A kind that is not in here is a server; peers and clusters come with their own issues. */
const looks = (t: Translate): Readonly<Record<string, ThingLook>> => ({
  "local-engine": { icon: "engine", label: t("This machine's engine") },
  "openai-compatible": { icon: "server", label: t("OpenAI-compatible server") },
  router: { icon: "router", label: t("Router") },
  openai: { icon: "cloud", label: "OpenAI" },
  anthropic: { icon: "cloud", label: "Anthropic" },
  gemini: { icon: "cloud", label: "Google Gemini" },
  ollama: { icon: "ollama", label: "Ollama" },
  "backend-ai-go": { icon: "cluster", label: "Backend.AI GO" },
});

/** Programs that a server was recognised as, whatever kind it was added as. */
const programs: Readonly<Record<string, ThingLook>> = {
  vllm: { icon: "vllm", label: "vLLM" },
  "llama.cpp": { icon: "llama-cpp", label: "llama.cpp" },
  mlx: { icon: "mlx", label: "MLX" },
  "lm-studio": { icon: "lm-studio", label: "LM Studio" },
  ollama: { icon: "ollama", label: "Ollama" },
};

/** What a backend is drawn as and called. */
export function backendLook(kind: string | null, program: string | null, t: Translate): ThingLook {
  if (program !== null && Object.hasOwn(programs, program)) return programs[program] as ThingLook;
  const known = looks(t);
  const look = kind !== null && Object.hasOwn(known, kind) ? known[kind] : undefined;
  return look ?? { icon: "server", label: kind ?? t("Server") };
}
