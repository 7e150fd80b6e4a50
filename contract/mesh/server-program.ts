import * as z from "zod";

/** What people call the programs that servers are recognised as. */
export const programLabels = {
  vllm: "vLLM",
  sglang: "SGLang",
  "llama.cpp": "llama.cpp",
  mlx: "MLX",
  "lm-studio": "LM Studio",
  localai: "LocalAI",
  tgi: "Text Generation Inference",
  llamafactory: "LlamaFactory",
  ollama: "Ollama",
  litellm: "LiteLLM",
  "continuum-router": "Continuum Router",
  "backend-ai-go": "Backend.AI GO",
  "inference-mesh": "Inference Mesh",
} as const;
export type ProgramId = keyof typeof programLabels;

/** What answers at a server, as far as it has shown. */
export const recognisedProgramSchema = z.object({
  /** A `ProgramId`; a newer node may know more of them. */
  id: z.string().max(64),
  /** In the program's own words; null where it does not tell. */
  version: z.string().max(64).nullable(),
});
export type RecognisedProgram = z.infer<typeof recognisedProgramSchema>;

/** `vLLM 0.11.0`. */
export function programText({ id, version }: RecognisedProgram): string {
  const label = Object.hasOwn(programLabels, id) ? programLabels[id as ProgramId] : id;
  return version === null ? label : `${label} ${version}`;
}
