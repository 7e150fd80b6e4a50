import type { Topic } from "./topic.ts";

/** Getting a real model, and what decides how fast it is. */
export const modelTopics: readonly Topic[] = [
  {
    id: "load-model",
    strong: "GGUF folder unload",
    ordinary: "load loading loaded model models weights file files install",
    answers: [
      "To load a real model, get an instruct model as one file that ends in `.gguf`. Then run `inference-mesh load /path/to/model.gguf`, or drop the file into the models folder, and pick it in the chat. The command `models` lists what this node has, and `unload` frees the memory.",
    ],
  },
  {
    id: "choose-model",
    strong: "recommend recommended best choose size quantization quantized RAM memory",
    answers: [
      "Choose an instruct model in GGUF form that fits your memory: its file should take at most two thirds of what is free. With 8 GB of RAM, try up to 4 billion parameters, with 16 GB up to 8 billion; the form Q4_K_M balances size and quality well.",
    ],
  },
  {
    id: "model-store",
    strong: "download store Hugging HuggingFace",
    answers: [
      "A model store is planned and not built yet. Today you download the `.gguf` yourself, for example from Hugging Face with your browser, and then run `inference-mesh load` with its path.",
    ],
  },
  {
    id: "gpu",
    strong: "GPU GPUs CUDA Vulkan Metal NVIDIA AMD VRAM",
    answers: [
      "A GPU is welcome but not required. Where the engine, llama.cpp, has a build for your GPU (CUDA, Vulkan or Metal), it puts as many layers there as fit; the rest runs on the processor, slower but correct. `inference-mesh doctor` shows what it found.",
    ],
  },
  {
    id: "speed",
    strong: "fast faster slow slower speed performance latency",
    answers: [
      "The speed depends on the size of the model and on your memory and GPU. To be faster, take a smaller or more strongly quantized file, and keep the prompt short. My own speed says nothing about a real model: I am a thousand times smaller.",
    ],
  },
];
