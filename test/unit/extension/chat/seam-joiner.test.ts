import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinSeam, SeamJoiner } from "../../../../extension/chat/seam-joiner.ts";

const code = "Here it is:\n\n```ts\nfunction add(a: number, b: number) {\n  return a";

describe("a continuation", () => {
  it.each([
    ["goes on exactly", "The quick brown fox", " jumps.", " jumps."],
    ["lacks the space of its first word", "The quick brown", "fox jumps.", " fox jumps."],
    ["begins in the middle of a word", "The quick brown f", "The quick brown fox jumps.", "ox jumps."],
    ["repeats the last words", "The quick brown fox", "brown fox jumps.", " jumps."],
    ["repeats the word that broke off", "It is an interpo", "interpolation of two points.", "lation of two points."],
    ["repeats a whole line", "1. One\n2. Two is more\n3. Three", "2. Two is more\n3. Three\n4. Four", "\n4. Four"],
    ["begins the whole answer anew", "Paris is the capital of", "Paris is the capital of France.", " France."],
    ["has a preface", "The quick brown", "Sure! Here is the rest of it:\n\nfox jumps.", " fox jumps."],
    ["has a preface and repeats", "The quick brown", "Continuing from there:\n\nquick brown fox.", " fox."],
    ["has an ellipsis before it", "The quick brown", "... fox jumps.", " fox jumps."],
    ["opens the fence again", code, "```ts\n + b;\n}\n```\n", " + b;\n}\n```\n"],
    ["opens the fence again and repeats the line", code, "```ts\n  return a + b;\n}\n```", " + b;\n}\n```"],
    ["has a preface and opens the fence again", code, "Sure:\n```ts\n + b;\n}\n```\n", " + b;\n}\n```\n"],
    ["closes the fence", "```\nlet a;", "\n```\nThat is all.", "\n```\nThat is all."],
    ["closes the fence at once", "```\nlet a;\n", "```\nThat is all.", "```\nThat is all."],
    ["begins with a new paragraph", "That was it.", "\n\nNow to the rest.", "\n\nNow to the rest."],
    ["repeats digits truly", "The answer is 100", "000 apples", " 000 apples"],
    ["repeats brackets truly", "f(g(h(x)", ")))", ")))"],
    ["repeats a short word truly", "He said no", "no, never", " no, never"],
    ["is empty", "The quick", "", ""],
    ["is the preface alone", "The quick", "Sure:\n", ""],
  ])("that %s", (_name, before, continuation, added) => {
    expect(joinSeam(before, continuation)).toBe(added);
  });

  const words = fc.string({
    unit: fc.constantFrom("a", "bc", "def", " ", "\n", "`", "```", ".", "Sure:", "Sure:\n", "1"),
    maxLength: 30,
  });

  it("adds the same however it is cut into pieces", () => {
    fc.assert(
      fc.property(words, fc.array(words, { maxLength: 6 }), (before, pieces) => {
        const joiner = new SeamJoiner(before);
        const added = pieces.map((piece) => joiner.push(piece)).join("") + joiner.end();
        expect(added).toBe(joinSeam(before, pieces.join("")));
      }),
      { numRuns: 2_000 },
    );
  });

  it("loses nothing when it repeats any of the last words exactly, as it is asked to", () => {
    const text = fc.array(fc.constantFrom("apple", "river", "stone", "cloud", "window"), {
      minLength: 3,
      maxLength: 30,
    });
    fc.assert(
      fc.property(text, text, fc.nat(), (before, after, seed) => {
        const numbered = before.map((word, index) => `${word}${index}`);
        const repeated = numbered.slice(seed % numbered.length).join(" ");
        const added = joinSeam(numbered.join(" "), `${repeated} ${after.join(" ")}`);
        expect(added).toBe(` ${after.join(" ")}`);
      }),
    );
  });

  it("is handed on as it comes once the seam is certain", () => {
    const joiner = new SeamJoiner("The quick brown");
    expect(joiner.push("bro")).toBe("");
    expect(joiner.push("wn fox")).toBe(" fox");
    expect(joiner.push(" brown")).toBe(" brown");
    expect(joiner.end()).toBe("");
  });
});
