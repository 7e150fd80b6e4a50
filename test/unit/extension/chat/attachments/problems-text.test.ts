import { describe, expect, it } from "vitest";
import { type Problem, problemsText } from "../../../../../extension/chat/attachments/problems-text.ts";

const problem = (part: Partial<Problem>): Problem => ({
  severity: "error",
  line: 1,
  column: 1,
  message: "wrong",
  source: "",
  ...part,
});

describe("problems as text", () => {
  it("are lines with place, severity and who found them, errors first", () => {
    const { text, count } = problemsText([
      { path: "b.ts", problems: [problem({ severity: "warning", line: 2 }), problem({ line: 9, source: "ts 2304" })] },
      { path: "a.ts", problems: [problem({ severity: "hint" }), problem({ line: 3, column: 4 })] },
      { path: "c.ts", problems: [] },
    ]);
    expect(text.split("\n")).toEqual([
      "a.ts:3:4: error: wrong",
      "b.ts:9:1: error: wrong [ts 2304]",
      "b.ts:2:1: warning: wrong",
      "a.ts:1:1: hint: wrong",
      "",
    ]);
    expect(count).toBe(4);
  });

  it("are bounded, in number and length, and say how many are missing", () => {
    const problems = Array.from({ length: 250 }, () => problem({ message: "x".repeat(9_000) }));
    const { text, count, omitted } = problemsText([{ path: "a.ts", problems }]);
    expect([count, omitted]).toEqual([250, 50]);
    expect(text).toContain("… and 50 more");
    expect(text.length).toBeLessThan(120_000);
  });
});
