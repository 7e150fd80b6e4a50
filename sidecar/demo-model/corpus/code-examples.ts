import type { Topic } from "./topic.ts";

/** Programs that work against this node's gateway as they stand. */
export const codeTopics: readonly Topic[] = [
  {
    id: "python",
    strong: "Python",
    ordinary: "function script",
    answers: [
      'Here is a Python function that asks this node:\n\n```python\nfrom openai import OpenAI\n\nclient = OpenAI(base_url="http://127.0.0.1:6374/v1", api_key=open("gateway.key").read().strip())\n\ndef ask(question, model):\n    messages = [{"role": "user", "content": question}]\n    reply = client.chat.completions.create(model=model, messages=messages)\n    return reply.choices[0].message.content\n```\n\nI know it by heart; I cannot write new code.',
    ],
  },
  {
    id: "typescript",
    strong: "TypeScript JavaScript js",
    answers: [
      'Here is TypeScript that streams an answer from this node:\n\n```ts\nconst response = await fetch("http://127.0.0.1:6374/v1/chat/completions", {\n  method: "POST",\n  headers: { authorization: "Bearer " + key, "content-type": "application/json" },\n  body: JSON.stringify({ model, messages, stream: true }),\n});\nfor await (const text of response.body.pipeThrough(new TextDecoderStream())) {\n  process.stdout.write(text);\n}\n```\n\nEach event is a line that starts with `data:`.',
    ],
  },
  {
    id: "coding",
    ordinary: "code coding program refactor debug review bug test tests",
    answers: [
      "I cannot read, write or review your code: I am a demo that knows two examples. Ask for the Python function or the TypeScript one, and load a real model for your own code.",
    ],
  },
];
