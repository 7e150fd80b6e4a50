import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { extractCode } from "../../../../extension/inline/extract-code.ts";

const code = "function greet(name) {\n  return greeting + name;\n}\n";
const bare = code.trimEnd();
const fenced = `\`\`\`js\n${code}\`\`\``;

function problem(answer: string, isCut = false): string {
  try {
    return `no error, but: ${JSON.stringify(extractCode(answer, isCut))}`;
  } catch (error) {
    return (error as MeshError).code;
  }
}

describe("code is found in", () => {
  it.each<[string, string]>([
    ["a fenced block", fenced],
    ["a fence without a language", `\`\`\`\n${code}\`\`\``],
    ["a fence with more than a language", `\`\`\`js title="greet.js" {1-2}\n${code}\`\`\``],
    ["tildes", `~~~js\n${code}~~~`],
    ["a longer fence", `\`\`\`\`js\n${code}\`\`\`\``],
    ["a fence that ends longer than it began", `\`\`\`js\n${code}\`\`\`\`\``],
    ["a fence with blanks behind it", `\`\`\`js  \n${code}\`\`\`   `],
    ["a fence with backslashes", `\\\`\\\`\\\`js\n${code}\\\`\\\`\\\``],
    ["an indented fence", `  \`\`\`js\n${code.replace(/^/gm, "  ").trimEnd()}\n  \`\`\``],
    ["a preamble", `Sure! Here is the updated function:\n\n${fenced}`],
    ["chatter after it", `${fenced}\n\nI changed the greeting. Let me know if you need anything else!`],
    ["both", `Certainly.\n${fenced}\nHope this helps!`],
    ["an apology that goes on to code", `I'm sorry for the confusion. Here it is:\n${fenced}`],
    ["a list item", `1. Change it:\n   \`\`\`js\n${code.replace(/^/gm, "   ").trimEnd()}\n   \`\`\``],
    ["CRLF", fenced.replaceAll("\n", "\r\n")],
    ["lone carriage returns", fenced.replaceAll("\n", "\r")],
    ["a byte order mark", `\ufeff${fenced}`],
    ["blank lines around the code", `\`\`\`js\n\n\n${code}\n\n\`\`\``],
    ["thoughts before it", `<think>\nThe user wants\n\`\`\`js\nwrong();\n\`\`\`\nright?\n</think>\n\n${fenced}`],
    ["thoughts in capitals", `<THINKING>hm</THINKING>${fenced}`],
    ["the end of a thought that the template began", `so I answer.\n</think>\n${fenced}`],
    ["two thoughts", `<think>a</think><think>b</think>${fenced}`],
    [
      "a final channel",
      `<|channel|>analysis<|message|>hm<|end|><|start|>assistant<|channel|>final<|message|>${fenced}<|return|>`,
    ],
    ["a template's markers", `<|im_start|>assistant\n${fenced}<|im_end|>`],
    ["the same block twice", `${fenced}\n\nSo the result is:\n\n${fenced}`],
    ["one block beside how to run it", `${fenced}\nRun it with:\n\`\`\`bash\nnode greet.js\n\`\`\``],
    ["one block beside an empty one", `\`\`\`js\n\`\`\`\n${fenced}`],
    ["no fence at all", bare],
    ["no fence and no final newline", code],
    ["no fence, with a thought", `<think>hm</think>\n${bare}`],
    ["no fence, with markers", `${bare}<|im_end|>`],
  ])("%s", (_name, answer) => expect(extractCode(answer)).toBe(code));

  it("an answer of one line in single backticks", () => {
    expect(extractCode("`const a = 1;`")).toBe("const a = 1;\n");
  });

  it("an answer whose code talks of thoughts, fences and sorrow", () => {
    const tricky = 'const a = "<think>no</think>";\n// I\'m sorry, Dave.\nconst b = "~~~";\n';
    expect(extractCode(`\`\`\`js\n${tricky}\`\`\``)).toBe(tricky);
  });

  it("a shell script that was asked for", () => {
    expect(extractCode("```bash\nset -e\n```")).toBe("set -e\n");
  });

  it("a longer fence around a shorter one", () => {
    expect(extractCode("````md\n```js\na();\n```\n````")).toBe("```js\na();\n```\n");
  });

  it("an empty block, which deletes", () => {
    expect(extractCode("The function is not needed any more:\n```js\n```")).toBe("");
  });

  it("any code whatever, once it is fenced with what it does not hold", () => {
    const line = fc.stringMatching(/^[ -~\t]{0,30}$/).filter((each) => !/`{3}|~{3}/.test(each));
    fc.assert(
      fc.property(fc.array(line, { minLength: 1 }), fc.boolean(), (lines, isCrlf) => {
        const inner = lines.join("\n");
        fc.pre(inner.trim() !== "");
        const answer = `Here:\n\`\`\`x\n${inner}\n\`\`\`\nDone.`;
        const filled = lines.slice(
          lines.findIndex((each) => each.trim() !== ""),
          lines.findLastIndex((each) => each.trim() !== "") + 1,
        );
        expect(extractCode(isCrlf ? answer.replaceAll("\n", "\r\n") : answer)).toBe(`${filled.join("\n")}\n`);
      }),
    );
  });
});

describe("nothing is put into a file from", () => {
  it.each<[string, string, string]>([
    ["an empty answer", "", "answer_empty"],
    ["blanks", " \n\t\n", "answer_empty"],
    ["nothing but a thought", "<think>I wonder</think>\n", "answer_empty"],
    ["a thought without end", "<think>I wonder whether", "answer_empty"],
    ["a refusal", "I'm sorry, but I can't help with that.", "answer_refuses"],
    ["a refusal with a curly apostrophe", "I can’t assist with that request.", "answer_refuses"],
    ["a refusal of a model of manners", "As an AI language model, I cannot edit files.", "answer_refuses"],
    ["a refusal around an empty block", "I cannot do that.\n```\n```", "answer_refuses"],
    ["an explanation", "This function greets a person.\nIt returns a text that holds the name.", "answer_without_code"],
    ["a preamble without its code", "Here is the updated code:", "answer_without_code"],
    ["a preamble and bare code, whose border nobody knows", `Sure, here you go:\n${bare}`, "answer_without_code"],
    ["a block without end", `\`\`\`js\n${code}`, "answer_cut_short"],
    ["the half of a second block", `${fenced}\n\`\`\`js\nfunction`, "answer_cut_short"],
    ["two different blocks", `${fenced}\nor\n\`\`\`js\nconst greet = (name) => name;\n\`\`\``, "answer_ambiguous"],
  ])("%s", (_name, answer, expected) => expect(problem(answer)).toBe(expected));

  it("an answer that was cut at its limit, even where it looks whole", () => {
    expect(problem(bare, true)).toBe("answer_cut_short");
    expect(problem(fenced, true)).toBe("answer_cut_short");
    expect(problem("<think>long", true)).toBe("answer_cut_short");
  });

  it("any answer at all without a word of what is wrong", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("`", "~", "\n", "\r", "<think>", "</think>", " ", "a", "\\", "<|end|>") }),
        (answer) => {
          expect(problem(answer)).toMatch(/^(?:no error|answer_)/);
        },
      ),
    );
  });
});
