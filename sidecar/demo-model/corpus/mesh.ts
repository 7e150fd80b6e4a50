import type { Topic } from "./topic.ts";

/** More than one machine, where requests go, and what to do when something is wrong. */
export const meshTopics: readonly Topic[] = [
  {
    id: "add-machine",
    strong: "pair pairing peer peers",
    ordinary: "machine machines computer computers laptop desktop workstation add another connect join remote",
    answers: [
      "Pairing comes later. Today, run `inference-mesh serve` on the other machine and open a tunnel to it with `ssh -L 7374:127.0.0.1:6374 other-machine`. Then the command `backends add laptop http://localhost:7374 --kind router --privacy lan` makes its models available here, with its key.",
    ],
  },
  {
    id: "clusters",
    strong: "cluster clusters Kubernetes KAITO backend",
    answers: [
      "Kubernetes and Backend.AI clusters are planned for a later version; today this node cannot reach or fill them. Until then, `inference-mesh serve` runs on any single machine, with or without a GPU.",
    ],
  },
  {
    id: "servers",
    strong: "servers provider providers clouds Ollama vLLM Anthropic",
    ordinary: "server",
    answers: [
      "Servers such as vLLM or Ollama, and clouds, are places where requests can go: in VS Code choose Mesh: Add Server, in a terminal run `inference-mesh backends add` with a name and an address.",
    ],
  },
  {
    id: "routing",
    strong: "route routes routing router failover balance",
    ordinary: "request requests health healthy",
    answers: [
      "The router takes each request to the best place that has the model, leaves out what is not healthy, and tries the next one after a failure; `inference-mesh routes explain` says why. A model that nobody has is an error; you never get another one in silence.",
    ],
  },
  {
    id: "privacy",
    strong: "privacy private secure security offline internet network cloud upload telemetry stored saved",
    ordinary: "data prompt prompts safe",
    answers: [
      "The node listens on 127.0.0.1 alone, asks every program for a key, and sends prompts nowhere but to servers that you add yourself; I work with the network cable pulled out. `inference-mesh routes privacy local` keeps all prompts here.",
    ],
  },
  {
    id: "serve",
    strong: "serve headless background daemon",
    ordinary: "start stop running",
    answers: [
      "Run `inference-mesh serve` for a node without an editor; it goes on until you press Ctrl+C. `start` also shows a sample answer, and `stop` ends a node after its open answers. A node that VS Code started ends by itself soon after the last window closes.",
    ],
  },
  {
    id: "doctor",
    strong: "doctor troubleshoot troubleshooting error errors crash crashes crashed broken not doesn cannot",
    ordinary: "problem problems wrong fail fails failed working logs",
    answers: [
      "When something is wrong, run `inference-mesh doctor`: it checks this machine and says what to do. The command `status` tells whether the node runs and where its files are. A model that does not load is often too big for the memory or half downloaded.",
    ],
  },
  {
    id: "cost",
    strong: "cost costs price free license licence account subscription",
    answers: [
      "It costs nothing. Inference Mesh is open source under the Apache License 2.0 and needs no account. Models have licences of their own, and a cloud that you add sends you its own bill.",
    ],
  },
];
