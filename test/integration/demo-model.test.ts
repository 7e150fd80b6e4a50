import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import {
  getLlama,
  LlamaChatSession,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  type Token,
} from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { topics } from "../../sidecar/demo-model/corpus/topics.ts";
import { makeDemoVocabulary } from "../../sidecar/demo-model/demo-vocabulary.ts";
import { demoModelFileName, makeDemoModel } from "../../sidecar/demo-model/make-demo-model.ts";
import { keywordLevels } from "../../sidecar/demo-model/residual-layout.ts";

// Dozens of whole answers a test, in this process. What a test leaves unfinished would spoil the ones after it.
vi.setConfig({ testTimeout: 300_000 });

let folder: string;
let model: LlamaModel;
let sequence: LlamaContextSequence;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "mesh-demo-model-"));
  const modelPath = join(folder, demoModelFileName);
  await writeFile(modelPath, makeDemoModel());
  const llama = await getLlama({ build: "never", skipDownload: true, gpu: false, logLevel: LlamaLogLevel.disabled });
  model = await llama.loadModel({ modelPath, useMmap: false });
  sequence = (await model.createContext({ contextSize: 4096, threads: 1 })).getSequence();
});

afterAll(async () => {
  await model.dispose();
  await rm(folder, { recursive: true, force: true });
});

type Role = "system" | "user" | "assistant";

/** ChatML as the model's template renders it. */
const turn = (role: Role, content: string) => `<|im_start|>${role}\n${content}<|im_end|>\n`;

interface Sampling {
  readonly temperature: number;
  readonly seed?: number;
}

/** The model's answer to a rendered conversation, up to the token with which it ends its turn by itself. */
async function answerTo(conversation: string, sampling: Sampling = { temperature: 0 }): Promise<string> {
  const prompt = model.tokenize(`${conversation}<|im_start|>assistant\n`, true);
  const first = model.tokens.bos === null ? [] : [model.tokens.bos];
  await sequence.clearHistory();
  const answer: Token[] = [];
  for await (const token of sequence.evaluate([...first, ...prompt], { ...sampling, yieldEogToken: true })) {
    if (model.isEogToken(token)) return model.detokenize(answer);
    answer.push(token);
    if (answer.length > 400) throw new Error(`no end: ${model.detokenize(answer)}`);
  }
  throw new Error("ended without a token");
}

/** The topic whose answer this is word for word. */
function topicOf(answer: string): string {
  return topics.find((topic) => topic.answers.includes(answer))?.id ?? `none: ${answer}`;
}

describe("the demo model in llama.cpp", () => {
  it("splits text into tokens as our own encoder does", () => {
    const { encoder } = makeDemoVocabulary(topics);
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
        expect(model.tokenize(text, false)).toEqual(encoder.encode(text));
      }),
    );
    for (const answer of topics.flatMap((topic) => topic.answers)) {
      expect(model.tokenize(answer, false)).toEqual(encoder.encode(answer));
    }
  });

  it.each(topics)("gives the first answer of $id, word for word, to each of its keywords", async (topic) => {
    const keywords = keywordLevels.flatMap((level) => topic[level]?.split(" ") ?? []);
    // Without any keyword, as in these words, the topic "unknown" is meant.
    const questions = keywords.length > 0 ? keywords.map((keyword) => `Please: ${keyword}?`) : ["Please?", "", "zebra"];
    for (const question of questions) {
      expect({ question, answer: await answerTo(turn("user", question)) }).toEqual({
        question,
        answer: topic.answers[0],
      });
    }
  });

  it.each(topics.filter((topic) => topic.answers.length > 1))("samples all answers of $id", async (topic) => {
    const [keyword = "zebra"] = (topic.strong ?? topic.ordinary ?? topic.faint ?? "zebra").split(" ");
    const given = new Set<string>();
    for (let seed = 1; seed <= 20; seed++) given.add(await answerTo(turn("user", keyword), { temperature: 1, seed }));
    expect([...given].toSorted()).toEqual([...topic.answers].toSorted());
  });

  it("keeps to a long answer however hot the sampling", async () => {
    for (let seed = 1; seed <= 10; seed++) {
      expect(topicOf(await answerTo(turn("user", "Tell me a story"), { temperature: 1.5, seed }))).toBe("story");
    }
  });
});

const naturalQuestions: readonly (readonly [question: string, topicId: string])[] = [
  ["What is this?", "about"],
  ["What is Inference Mesh?", "about"],
  ["Who are you?", "about"],
  ["How does it work?", "about"],
  ["What can you do?", "capabilities"],
  ["Can you help me?", "capabilities"],
  ["How were you trained?", "inside"],
  ["hi", "hello"],
  ["Thank you!", "thanks"],
  ["Thanks a lot, that helped!", "thanks"],
  ["How do I add another machine?", "add-machine"],
  ["I have three computers, how do I connect them?", "add-machine"],
  ["Can it use our Kubernetes cluster?", "clusters"],
  ["How do I load a real model?", "load-model"],
  ["Where do I put my GGUF files?", "load-model"],
  ["Which model is best for 16 GB of RAM?", "choose-model"],
  ["Where can I download a model from Hugging Face?", "model-store"],
  ["How can I use this from other tools?", "tools"],
  ["Does this work with the OpenAI SDK?", "tools"],
  ["Where do I find my API key?", "key"],
  ["How do I use it in VS Code?", "editor"],
  ["Which commands are there?", "commands"],
  ["How do I stop the node?", "serve"],
  ["Is my data private on this machine?", "privacy"],
  ["Does it send my prompts to the internet?", "privacy"],
  ["Does it work without a GPU?", "gpu"],
  ["Why is my model so slow on this laptop?", "speed"],
  ["How does streaming work?", "streaming"],
  ["Give me some JSON", "json"],
  ["Can it use Ollama?", "servers"],
  ["How are requests routed, and what about failover?", "routing"],
  ["It does not work, what now?", "doctor"],
  ["Is it free?", "cost"],
  ["Write me a Python function", "python"],
  ["Write a function in TypeScript", "typescript"],
  ["Explain this code", "coding"],
  ["Tell me a story about a robot", "story"],
  ["Write a poem", "poem"],
  ["Tell me a joke", "joke"],
  ["Are you a real AI?", "unknown"],
  ["Wie geht es dir?", "unknown"],
];

describe("a newcomer's questions", () => {
  it.each(naturalQuestions)(
    "%s reaches the topic %s, through the model's own chat template",
    async (question, topicId) => {
      await sequence.clearHistory();
      const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt: "", autoDisposeSequence: false });
      const { responseText, stopReason } = await session.promptWithMeta(question, { temperature: 0, maxTokens: 400 });
      session.dispose({ disposeSequence: false });
      expect(stopReason).toBe("eogToken");
      expect(topicOf(responseText)).toBe(topicId);
    },
  );

  it("in one conversation each get the newest topic, also after a system prompt full of keywords", async () => {
    let conversation = turn("system", "You are a coding assistant: prefer Python, answer in JSON, mind privacy.");
    for (const [question, topicId] of naturalQuestions.slice(0, 20)) {
      conversation += turn("user", question);
      const answer = await answerTo(conversation);
      expect({ question, topicId: topicOf(answer) }).toEqual({ question, topicId });
      conversation += turn("assistant", answer);
    }
  });

  it("without a keyword are unknown, whatever was said before", async () => {
    const before = turn("system", "Answer in JSON.") + turn("user", "Tell me a joke") + turn("assistant", "GPU.");
    expect(topicOf(await answerTo(before + turn("user", "zebra")))).toBe("unknown");
  });

  it("may be buried in a long message", async () => {
    const filler = "lorem ipsum dolor sit amet ".repeat(30);
    expect(topicOf(await answerTo(turn("user", `${filler} privacy ${filler}`)))).toBe("privacy");
    expect(topicOf(await answerTo(turn("user", `Why is this so slow? ${filler}`)))).toBe("speed");
  });

  it("are answered in the session's own multi-turn format too", async () => {
    await sequence.clearHistory();
    const systemPrompt = "You are a helpful assistant.";
    const session = new LlamaChatSession({ contextSequence: sequence, systemPrompt, autoDisposeSequence: false });
    const given = [];
    for (const question of ["What is this?", "And how do I add a machine?", "ok", "Thanks"]) {
      given.push(topicOf(await session.prompt(question, { temperature: 0, maxTokens: 400 })));
    }
    session.dispose({ disposeSequence: false });
    expect(given).toEqual(["about", "add-machine", "unknown", "thanks"]);
  });
});
