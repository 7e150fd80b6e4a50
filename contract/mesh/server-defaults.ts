import type { ServerKind } from "./backend-entry.ts";
import type { ProgramId } from "./server-program.ts";

/** A server as a picker offers it: what is filled in before a person has said anything. */
export interface ServerDefault {
  readonly kind: ServerKind;
  /** What will probably answer; null where that can be anything. */
  readonly program: ProgramId | null;
  readonly label: string;
  readonly description: string;
  /** Where it listens on this machine unless told otherwise, or where its service is; null where only the person knows. */
  readonly url: string | null;
  /** `optional`: it can be started with one or without. */
  readonly key: "required" | "optional" | "none";
}

const local = (port: number): string => `http://127.0.0.1:${port}`;
const compatible = { kind: "openai-compatible", key: "optional" } as const;

/** In the order in which they are offered. */
export const serverDefaults: readonly ServerDefault[] = [
  {
    ...compatible,
    program: "vllm",
    label: "vLLM",
    description: "vllm serve, on a machine with a GPU",
    url: local(8000),
  },
  {
    ...compatible,
    program: "sglang",
    label: "SGLang",
    description: "sglang.launch_server, on a machine with a GPU",
    url: local(30_000),
  },
  {
    ...compatible,
    program: "llama.cpp",
    label: "llama.cpp",
    description: "llama-server with a GGUF model",
    url: local(8080),
  },
  {
    ...compatible,
    program: "lm-studio",
    label: "LM Studio",
    description: "The local server of LM Studio, which is switched on in its developer tab",
    url: local(1234),
  },
  {
    kind: "ollama",
    program: "ollama",
    label: "Ollama",
    description: "Ollama by its own API, so that no prompt is cut unseen",
    url: local(11_434),
    key: "none",
  },
  {
    ...compatible,
    program: "mlx",
    label: "MLX",
    description: "mlx_lm.server, on a Mac",
    url: local(8080),
    key: "none",
  },
  {
    ...compatible,
    program: "localai",
    label: "LocalAI",
    description: "LocalAI, which serves many kinds of models",
    url: local(8080),
  },
  {
    ...compatible,
    program: "tgi",
    label: "Text Generation Inference",
    description: "Hugging Face's server; 3000 is its own port, and containers often show it as 8080",
    url: local(3000),
  },
  {
    ...compatible,
    program: "llamafactory",
    label: "LlamaFactory",
    description: "llamafactory-cli api, with the model of its configuration",
    url: local(8000),
  },
  {
    kind: "backend-ai-go",
    program: "backend-ai-go",
    label: "Backend.AI GO",
    description: "A machine that runs Backend.AI GO: its models, loaded and unloaded from here",
    url: local(8001),
    key: "required",
  },
  {
    kind: "router",
    program: "inference-mesh",
    label: "Another node",
    description: "The gateway of Inference Mesh on another machine, by its address and key",
    url: null,
    key: "required",
  },
  {
    kind: "router",
    program: "continuum-router",
    label: "Continuum Router",
    description: "Continuum Router with the servers behind it",
    url: local(8080),
    key: "optional",
  },
  {
    kind: "router",
    program: "litellm",
    label: "LiteLLM",
    description: "LiteLLM's proxy with the providers behind it",
    url: local(4000),
    key: "optional",
  },
  {
    kind: "openai",
    program: null,
    label: "OpenAI",
    description: "OpenAI's models, with a key of your own",
    url: "https://api.openai.com",
    key: "required",
  },
  {
    kind: "gemini",
    program: null,
    label: "Gemini",
    description: "Google's models, with a key of your own",
    url: "https://generativelanguage.googleapis.com",
    key: "required",
  },
  {
    kind: "anthropic",
    program: null,
    label: "Anthropic",
    description: "Anthropic's models, with a key of your own",
    url: "https://api.anthropic.com",
    key: "required",
  },
  {
    kind: "openai-compatible",
    program: null,
    label: "Another server",
    description: "Anything that speaks OpenAI's API, by its address",
    url: null,
    key: "optional",
  },
];
