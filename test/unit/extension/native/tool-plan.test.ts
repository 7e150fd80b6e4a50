import { describe, expect, it } from "vitest";
import { planTools } from "../../../../extension/native/tool-plan.ts";
import { offeredModel } from "../../../support/offered-model.ts";

const schema = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
const weather = { name: "weather", description: "Tells the weather.", inputSchema: schema };
const edit = { name: "replace_string_in_file", description: "Edits.", inputSchema: schema };
const knowing = offeredModel({ knowsTools: true });
const plain = offeredModel({ isOwn: true });
const free = { mustCall: false, hasResult: false };

describe("a model that knows functions", () => {
  it("is told of all of them, and calls when it likes", () => {
    const { fields } = planTools({ ...free, tools: [weather, edit] }, knowing);
    expect(fields.tools?.map((tool) => tool.function)).toEqual([
      { name: "weather", description: "Tells the weather.", parameters: schema },
      { name: edit.name, description: "Edits.", parameters: schema },
    ]);
    expect(fields.tool_choice).toBe("auto");
  });

  it("must call one where the editor says so", () => {
    expect(planTools({ ...free, mustCall: true, tools: [weather] }, knowing).fields.tool_choice).toBe("required");
  });

  it("must edit in the inline chat, which shows nothing else, and has the last word after its edit", () => {
    expect(planTools({ ...free, tools: [edit] }, knowing).fields.tool_choice).toBe("required");
    expect(planTools({ ...free, hasResult: true, tools: [edit] }, knowing).fields.tool_choice).toBe("auto");
  });

  it("may call a function without parameters", () => {
    const { fields } = planTools({ ...free, tools: [{ name: "now", description: "" }] }, knowing);
    expect(fields.tools?.[0]?.function.parameters).toEqual({ type: "object", properties: {} });
  });
});

describe("a model that knows none", () => {
  it("of this node is held to the arguments of the call that must be made", () => {
    const plan = planTools({ ...free, tools: [edit] }, plain);
    expect(plan.wholeAnswerCalls).toBe(edit.name);
    expect(plan.fields.response_format).toEqual({ type: "json_schema", json_schema: { name: "arguments", schema } });
    expect(plan.instructions).toContain(edit.name);
  });

  it("just answers where it may", () => {
    const plan = { fields: {}, instructions: null, wholeAnswerCalls: null };
    expect(planTools({ ...free, tools: [weather, edit] }, plain)).toEqual(plan);
    expect(planTools({ ...free, hasResult: true, tools: [edit] }, plain)).toEqual(plan);
    expect(planTools(free, plain)).toEqual(plan);
  });

  it("of a server is never said to call: nobody could hold it to that", () => {
    expect(planTools({ ...free, mustCall: true, tools: [weather] }, offeredModel({})).wholeAnswerCalls).toBeNull();
  });
});
