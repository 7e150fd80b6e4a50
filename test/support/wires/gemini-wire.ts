import type { Json } from "../dialects/dialect-client.ts";
import { documented } from "../gemini-stand-in.ts";
import { calledWith, counted, spoken, thought, type Wire } from "./wire.ts";

const usageMetadata = {
  promptTokenCount: counted.read,
  candidatesTokenCount: counted.written - 2,
  thoughtsTokenCount: 2,
  totalTokenCount: counted.read + counted.written,
};
const answer = (model: string, parts: readonly object[], rest: object = {}): object => ({
  candidates: [{ content: { role: "model", parts }, index: 0, ...rest }],
  usageMetadata,
  modelVersion: model,
  responseId: "r1",
});
const event = (value: object): string => `data: ${JSON.stringify(value)}\r\n\r\n`;
const calls = calledWith.map((args, index) => ({
  functionCall: { id: `fc_${index}`, name: "look", args },
  ...(index === 0 ? { thoughtSignature: "c2lnbmVk" } : {}),
}));
const finished = { finishReason: "STOP" };

/** Google's Gemini API, from its reference. */
export const geminiWire: Wire = {
  lists: (model) => {
    const [listed] = documented.firstPage.models;
    return { "GET /v1beta/models?pageSize=1000": { models: [{ ...listed, name: `models/${model}` }] } };
  },
  chatPaths: (model) => [
    `POST /v1beta/models/${model}:generateContent`,
    `POST /v1beta/models/${model}:streamGenerateContent?alt=sse`,
  ],
  isStream: (path) => path.includes(":streamGenerateContent"),
  streamType: "text/event-stream",

  whole(play, model) {
    const parts = [{ text: thought, thought: true }, { text: spoken.join("") }];
    return answer(model, [...parts, ...(play === "calls" ? calls : [])], finished);
  },

  beginning: (model) =>
    event(answer(model, [{ text: thought, thought: true }])) + event(answer(model, [{ text: spoken[0] }])),

  rest: (play, model) =>
    event(answer(model, [{ text: spoken[1] }])) +
    (play === "calls" ? calls.map((call) => event(answer(model, [call]))).join("") : "") +
    event(answer(model, [{ text: "" }], finished)),

  read({ contents, tools, generationConfig: config = {} }) {
    const parts: Json[] = contents.flatMap((content: Json) => content.parts);
    const declared: Json[] = (tools ?? []).flatMap((tool: Json) => tool.functionDeclarations);
    return {
      images: parts.flatMap(({ inlineData }) => (inlineData === undefined ? [] : [inlineData.data])),
      stops: config.stopSequences ?? [],
      schema: config.responseJsonSchema ?? null,
      tools: declared.map(({ name }) => name),
      calls: parts.flatMap(({ functionCall }) => (functionCall === undefined ? [] : [functionCall.args])),
      results: parts.flatMap(({ functionResponse }) =>
        functionResponse === undefined ? [] : [Object.values(functionResponse.response).join("")],
      ),
      thinks: config.thinkingConfig !== undefined,
    };
  },
};
