import type { ProgramId } from "../../contract/mesh/server-program.ts";
import { listOf, type Reply, status } from "./stand-in-server.ts";

type Replies = Readonly<Record<string, Reply>>;

const text = (body: string): Reply => status(200, body, { "content-type": "text/plain; version=0.0.4" });

/** llama-server's answers are those of a real one (build of llama.cpp b-series, 2026-11), cut down to what matters. */
const llamaServer: Replies = {
  "GET /v1/models": status(
    200,
    {
      object: "list",
      data: [
        {
          id: "m",
          object: "model",
          created: 1_795_281_452,
          owned_by: "llamacpp",
          meta: { n_ctx: 1024, n_ctx_train: 2048 },
        },
      ],
    },
    { server: "llama.cpp" },
  ),
  "GET /props": status(200, {
    default_generation_settings: { n_ctx: 1024, params: { seed: 1 } },
    total_slots: 2,
    model_alias: "m",
    build_info: "b1-04b0a24",
    chat_template: "{{ messages }}",
  }),
  "GET /slots": status(200, [
    { id: 0, n_ctx: 1024, is_processing: true, prompt: "a secret" },
    { id: 1, n_ctx: 1024, is_processing: false },
  ]),
};

/**
 * What servers of each program answer, made up from their documents and sources: stand-ins, but for the two that are said
 * to be recorded. Each has one model, `m`.
 */
export const standInPrograms = {
  vllm: {
    "GET /v1/models": listOf({
      id: "m",
      object: "model",
      created: 1,
      owned_by: "vllm",
      root: "/m",
      max_model_len: 4096,
    }),
    "GET /version": status(200, { version: "0.11.0" }),
    "GET /health": status(200, ""),
    "GET /metrics": text(
      [
        "# HELP vllm:num_requests_running Running",
        'vllm:num_requests_running{engine="0",model_name="m"} 2.0',
        'vllm:num_requests_running{engine="1",model_name="m"} 3.0',
        'vllm:num_requests_waiting{engine="0"} 4.0',
        'vllm:kv_cache_usage_perc{engine="0"} 0.25',
        'vllm:kv_cache_usage_perc{engine="1"} 0.5',
      ].join("\n"),
    ),
  },
  sglang: {
    "GET /v1/models": listOf({ id: "m", object: "model", created: 1, owned_by: "sglang", max_model_len: 8192 }),
    "GET /get_model_info": status(200, { model_path: "/m", is_generation: true, preferred_sampling_params: null }),
    "GET /get_server_info": status(200, { version: "0.5.4", api_key: "a secret" }),
    "GET /health": status(200, ""),
    "GET /metrics": text("sglang:num_running_reqs 1.0\nsglang:num_queue_reqs 7.0\nsglang:token_usage 0.75\n"),
  },
  "llama.cpp": llamaServer,
  mlx: {
    "GET /v1/models": status(
      200,
      { object: "list", data: [{ id: "m", object: "model", created: 1_760_000_000 }] },
      { server: "BaseHTTP/0.6 Python/3.12.4" },
    ),
    "GET /health": status(200, { status: "ok" }),
  },
  "lm-studio": {
    "GET /v1/models": listOf({ id: "m", object: "model", owned_by: "organization_owner" }),
    "GET /api/v0/models": status(200, {
      object: "list",
      data: [
        {
          id: "m",
          type: "vlm",
          publisher: "somebody",
          state: "loaded",
          max_context_length: 32_768,
          loaded_context_length: 4096,
          capabilities: ["tool_use"],
        },
      ],
    }),
  },
  localai: {
    "GET /v1/models": listOf({ id: "m", object: "model" }),
    "GET /system": status(200, { backends: ["llama-cpp"], loaded_models: [{ id: "other" }] }),
    "GET /version": status(200, { version: "v2.26.0 (a1b2c3d4)" }),
  },
  tgi: {
    "GET /v1/models": listOf({ id: "m", object: "model", created: 0, owned_by: "m" }),
    "GET /info": status(200, {
      model_id: "m",
      model_sha: "0123456789abcdef0123456789abcdef01234567",
      model_dtype: "float16",
      max_total_tokens: 2048,
      max_concurrent_requests: 128,
      version: "3.3.6",
    }),
    "GET /health": status(200, ""),
    "GET /metrics": text('tgi_queue_size 5\ntgi_batch_current_size{method="decode"} 3\n'),
  },
  llamafactory: {
    "GET /v1/models": listOf({ id: "m", object: "model", created: 1_760_000_000, owned_by: "owner" }),
  },
  ollama: {
    "GET /v1/models": listOf({ id: "m", object: "model", created: 1_760_000_000, owned_by: "library" }),
    "GET /api/version": status(200, { version: "0.12.6" }),
  },
  // As LiteLLM 1.x from PyPI answered on 2026-11-21.
  litellm: {
    "GET /v1/models": listOf({ id: "m", object: "model", created: 1_677_610_602, owned_by: "openai" }),
    "GET /health/liveliness": status(200, '"I\'m alive!"'),
    "GET /health/readiness": status(200, { status: "healthy", db: "Not connected" }),
  },
  "continuum-router": {
    "GET /v1/models": listOf({ id: "m", object: "model", owned_by: "somebody" }),
    "GET /health": status(200, { status: "healthy", service: "continuum-router" }),
  },
} as const satisfies Partial<Record<ProgramId, Replies>>;

/** The paths of a record of replies. */
export const pathsOf = (replies: Replies): string[] => Object.keys(replies).map((key) => key.replace("GET ", ""));
