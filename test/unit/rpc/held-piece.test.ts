import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ToolCallPiece } from "../../../contract/rpc/chat.ts";
import { HeldPiece } from "../../../sidecar/rpc/held-piece.ts";
import { event, finish, piece, recordChat } from "../../support/recorded-chat.ts";

const called = (index: number, fields: object) =>
  event({ choices: [{ delta: { tool_calls: [{ index, ...fields }] } }] });

describe("an answer that calls functions", () => {
  it("is told call by call, with thoughts and text beside them", async () => {
    const { sink, sent } = recordChat(10);
    sink.write(
      Buffer.concat([
        event({ choices: [{ delta: { reasoning_content: "It wants " } }] }),
        event({ choices: [{ delta: { reasoning: "the weather." } }] }),
        piece("One moment."),
        called(0, { id: "call-1", function: { name: "weather", arguments: '{"city":' } }),
        called(0, { function: { arguments: '"Oslo"}' } }),
        called(1, { id: "call-2", function: { name: "time", arguments: "{}" } }),
      ]),
    );
    sink.write(finish("tool_calls"));
    sink.end();
    expect(await sink.answer).toMatchObject({ finishReason: "tool_calls" });
    const [first, ...rest] = sent;
    expect(rest).toEqual([]);
    expect(first).toMatchObject({
      text: "One moment.",
      reasoning: "It wants the weather.",
      toolCalls: [
        { index: 0, id: "call-1", name: "weather", arguments: '{"city":"Oslo"}' },
        { index: 1, id: "call-2", name: "time", arguments: "{}" },
      ],
    });
  });

  it("tells a call without number as the first, and leaves out what nobody has said", () => {
    const held = new HeldPiece();
    held.add({ tool_calls: [{ id: null, function: { name: "go", arguments: null } }] });
    expect(held.take()).toEqual({ text: "", toolCalls: [{ index: 0, name: "go", arguments: "" }] });
  });
});

it("keeps all of every call's arguments, however they arrive and whenever they are taken", () => {
  const arrival = fc.record({ index: fc.nat({ max: 3 }), text: fc.string({ maxLength: 5 }), isTaken: fc.boolean() });
  fc.assert(
    fc.property(fc.array(arrival, { maxLength: 40 }), (arrivals) => {
      const held = new HeldPiece();
      const taken: ToolCallPiece[] = [];
      for (const { index, text, isTaken } of arrivals) {
        held.add({ tool_calls: [{ index, function: { name: null, arguments: text } }] });
        if (isTaken) taken.push(...(held.take().toolCalls ?? []));
      }
      taken.push(...(held.take().toolCalls ?? []));
      expect(held.characters).toBe(0);
      for (const index of [0, 1, 2, 3]) {
        const whole = arrivals.filter((each) => each.index === index).map((each) => each.text);
        const told = taken.filter((each) => each.index === index).map((each) => each.arguments);
        expect(told.join("")).toBe(whole.join(""));
      }
    }),
  );
});
