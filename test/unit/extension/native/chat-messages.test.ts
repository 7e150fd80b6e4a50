import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { streamedChatRequestSchema } from "../../../../contract/rpc/chat.ts";
import { messageText, toMessages } from "../../../../extension/native/chat-messages.ts";

const user = 1;
const assistant = 2;
const system = 3;
const text = (value: string) => ({ value });
const call = (callId: string, name: string, input: object) => ({ callId, name, input });
const result = (callId: string, ...content: unknown[]) => ({ callId, content });

describe("the editor's messages", () => {
  it("keep their roles, the editor's own instructions included", () => {
    const said = [
      { role: system, content: [text("Be brief.")] },
      { role: user, content: [text("Hello")] },
      { role: assistant, content: [text("Good day.")] },
    ];
    expect(toMessages(said)).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hello" },
      { role: "assistant", content: "Good day." },
    ]);
  });

  it("carry calls, and put results before the words that come with them", () => {
    const said = [
      { role: assistant, content: [text("Looking."), call("c1", "read", { path: "a.js" }), call("c2", "list", {})] },
      { role: user, content: [text("And now?"), result("c1", text("one"), text("two")), result("c2")] },
    ];
    expect(toMessages(said)).toEqual([
      {
        role: "assistant",
        content: "Looking.",
        tool_calls: [
          { id: "c1", type: "function", function: { name: "read", arguments: '{"path":"a.js"}' } },
          { id: "c2", type: "function", function: { name: "list", arguments: "{}" } },
        ],
      },
      { role: "tool", tool_call_id: "c1", content: "onetwo" },
      { role: "tool", tool_call_id: "c2", content: "" },
      { role: "user", content: "And now?" },
    ]);
  });

  it("carry images beside text, and text that comes as data", () => {
    const image = { mimeType: "image/png", data: new Uint8Array([1, 2, 3]) };
    const file = { mimeType: "text/plain", data: new TextEncoder().encode("a file") };
    expect(toMessages([{ role: user, content: [text("What is this?"), image, file] }])).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          { type: "text", text: "a file" },
        ],
      },
    ]);
  });

  it("leave out parts that only other versions know, and messages without any other", () => {
    const said = [
      {
        role: user,
        content: [
          { id: "t", thought: "hm" },
          { mimeType: "stateful/marker", data: new Uint8Array(3) },
        ],
      },
    ];
    expect(toMessages(said)).toEqual([]);
  });

  it("lose no word and no call, and are always what the node takes", () => {
    const name = fc.stringMatching(/^[a-z]{1,8}$/);
    const part = fc.oneof(
      fc.string().map(text),
      fc.record({ callId: name, name, input: fc.dictionary(name, fc.string()) }),
      fc.record({ callId: name, content: fc.array(fc.string().map(text), { maxLength: 3 }) }),
    );
    const message = fc.record({
      role: fc.constantFrom(user, assistant, system),
      content: fc.array(part, { maxLength: 5 }),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), (said) => {
        const messages = toMessages(said);
        if (messages.length > 0) streamedChatRequestSchema.parse({ model: "m", messages });
        const parts = said.flatMap(({ content }) => content);
        const calls = messages.flatMap((each) => each.tool_calls ?? []);
        expect(
          calls.map(({ id, function: { name: called, arguments: input } }) => ({
            callId: id,
            name: called,
            input: JSON.parse(input),
          })),
        ).toEqual(parts.filter((each) => "input" in each));
        const told = messages.map(({ content }) => content ?? "").join("");
        const words = parts.filter((each) => "value" in each || "content" in each);
        expect([...told].sort().join("")).toBe(
          [...words.map((each) => messageText({ role: user, content: [each] })).join("")].sort().join(""),
        );
      }),
    );
  });
});
