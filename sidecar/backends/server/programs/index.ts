import { continuumRouter } from "./continuum-router.ts";
import { liteLlm } from "./litellm.ts";
import { llamaCpp } from "./llama-cpp.ts";
import { llamaFactory } from "./llamafactory.ts";
import { lmStudio } from "./lm-studio.ts";
import { localAi } from "./localai.ts";
import { mlx } from "./mlx.ts";
import { ollama } from "./ollama.ts";
import type { ServerProgram } from "./server-program.ts";
import { sglang } from "./sglang.ts";
import { tgi } from "./tgi.ts";
import { vllm } from "./vllm.ts";

/** Every program that an OpenAI-compatible server is recognised as. A new one is a new file and a line here. */
export const serverPrograms: readonly ServerProgram[] = [
  vllm,
  sglang,
  llamaCpp,
  lmStudio,
  llamaFactory,
  mlx,
  tgi,
  localAi,
  ollama,
  liteLlm,
];

/** Those behind what was added as a router. */
export const routerPrograms: readonly ServerProgram[] = [...serverPrograms, continuumRouter];
