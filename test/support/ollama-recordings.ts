/**
 * What Ollama 0.17.4 answered on Debian 12, x64, on 2026-11-21: built from its Go module, with the demo model as `demo` and
 * a random Llama of 28 M weights as `slow` (`PARAMETER num_ctx 512`). Recorded with curl; long texts are cut.
 */
export const ollamaRecordings = {
  version: '{"version":"0.0.0"}',
  tags: '{"models":[{"name":"demo:latest","model":"demo:latest","modified_at":"2026-11-21T17:33:16.259434421Z","size":2996349,"digest":"418e52d77b80af2b8a1e4e44b9fcc75d1a365883b87ae3b7742c210d1aca5f26","details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"2.75M","quantization_level":"Q8_0"}},{"name":"slow:latest","model":"slow:latest","modified_at":"2026-11-21T17:33:16.384338771Z","size":29575499,"digest":"9d286cb7605811ad90c5a368bc7d41756f85a9f8ee585944bb70a9f1e1ae4440","details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"27.80M","quantization_level":"Q8_0"}}]}',
  ps: '{"models":[{"name":"demo:latest","model":"demo:latest","size":8644632,"digest":"418e52d77b80af2b8a1e4e44b9fcc75d1a365883b87ae3b7742c210d1aca5f26","details":{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"2.75M","quantization_level":"Q8_0"},"expires_at":"2026-11-21T17:38:17.935909901Z","size_vram":0,"context_length":4096}]}',
  showDemo:
    '{"modelfile":"# Modelfile","parameters":"stop                           \\"\\u003c|im_start|\\u003e\\"\\nstop                           \\"\\u003c|im_end|\\u003e\\"","details":{"format":"gguf","family":"llama"},"model_info":{"general.architecture":"llama","llama.context_length":4096,"llama.embedding_length":224,"tokenizer.ggml.merges":null},"capabilities":["completion"],"modified_at":"2026-11-21T17:33:16.259434421Z"}',
  showSlow:
    '{"modelfile":"# Modelfile","parameters":"num_ctx                        512\\nstop                           \\"\\u003c|im_start|\\u003e\\"","details":{"format":"gguf","family":"llama"},"model_info":{"general.architecture":"llama","llama.context_length":2048},"capabilities":["completion","tools"],"modified_at":"2026-11-21T17:33:16.384338771Z"}',
  chat: '{"model":"demo","created_at":"2026-11-21T17:33:17.935400404Z","message":{"role":"assistant","content":"Hello! I am the demo"},"done":true,"done_reason":"length","total_duration":1181242435,"load_duration":379082748,"prompt_eval_count":10,"prompt_eval_duration":2010576,"eval_count":8,"eval_duration":795980103}',
  stream:
    '{"model":"demo","created_at":"2026-11-21T17:40:50.855656429Z","message":{"role":"assistant","content":"H"},"done":false}\n{"model":"demo","created_at":"2026-11-21T17:40:50.857155886Z","message":{"role":"assistant","content":"ello"},"done":false}\n{"model":"demo","created_at":"2026-11-21T17:40:51.266883739Z","message":{"role":"assistant","content":"!"},"done":false}\n{"model":"demo","created_at":"2026-11-21T17:40:51.267148188Z","message":{"role":"assistant","content":""},"done":true,"done_reason":"length","total_duration":858055020,"load_duration":350312814,"prompt_eval_count":10,"prompt_eval_duration":93572623,"eval_count":3,"eval_duration":408287444}\n',
  /** With status 400, to `truncate: false` and a prompt of 3,000 words. Without it: 200, and 512 tokens of the prompt. */
  tooLong: '{"error":"the input length exceeds the context length"}',
  /** With status 404. */
  missing: '{"error":"model \'nope\' not found"}',
} as const;
