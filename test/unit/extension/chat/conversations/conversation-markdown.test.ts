import fc from "fast-check";
import { marked, type Token, type Tokens } from "marked";
import { describe, expect, it } from "vitest";
import {
  type Answer,
  type Conversation,
  newAnswer,
  newConversation,
} from "../../../../../extension/chat/conversation.ts";
import {
  conversationMarkdown,
  markdownFileName,
} from "../../../../../extension/chat/conversations/conversation-markdown.ts";
import { addTurn } from "../../../../../extension/chat/conversations/conversation-tree.ts";
import { english } from "../../../../support/translate.ts";

function conversation(question: string, part: Partial<Answer>): Conversation {
  const attachment = {
    id: "a",
    kind: "file" as const,
    label: "a_b.ts",
    detail: "src/a_b.ts",
    text: "secret words",
    image: null,
    languageId: null,
  };
  const asked = {
    id: "q",
    parentId: null,
    role: "user" as const,
    text: question,
    attachments: [attachment],
    leftOut: [],
  };
  const answered = { ...newAnswer("a", "q"), modelName: "Tiny", state: "done" as const, ...part };
  const empty = newConversation("d1c2b3a4-0000-4000-8000-000000000000", new Date("2026-11-21T12:00:00Z"));
  return addTurn(addTurn(empty, asked), answered);
}

/** Every head of the document, as `## Words`, wherever a reader finds one that is not inside a quotation. */
const heads = (markdown: string): string[] =>
  marked
    .lexer(markdown)
    .filter((token: Token): token is Tokens.Heading => token.type === "heading")
    .map((token) => `${"#".repeat(token.depth)} ${token.text}`);

describe("a conversation as Markdown", () => {
  it("has its title, its date, and each turn with names, thoughts and figures", () => {
    const text = conversationMarkdown(
      conversation("Why?\nSay it.", {
        text: "# Because\n\nSo.",
        reasoning: "Let me see.",
        firstTokenMs: 100,
        totalMs: 1_100,
        completionTokens: 11,
      }),
      english,
    );
    expect(heads(text)).toEqual(["# Why?", "## You", "## Tiny", "### Because"]);
    expect(text).toContain("2026");
    expect(text).toContain("Attached:\n\n- a\\_b\\.ts – src\\/a\\_b\\.ts\n\n> Why?\n> Say it.");
    expect(text).not.toContain("secret words");
    expect(text).toContain("<details>\n<summary>Thoughts</summary>\n\n```text\nLet me see.\n```\n\n</details>");
    expect(text).toMatch(/<sub>100 ms to first token .* 11 tokens<\/sub>/);
  });

  it("says why an answer is not whole", () => {
    expect(conversationMarkdown(conversation("a", { text: "b", state: "stopped" }), english)).toContain("*Stopped.*");
    expect(conversationMarkdown(conversation("a", { text: "", state: "failed" }), english)).toContain("failed");
  });

  it.each([
    ["a fence that is never closed", "```js\nlet a;"],
    ["a fence of waves in a fence", "~~~\n```\n~~~\n````\nx"],
    ["a comment that is never closed", "<!-- gone"],
    ["the end of what is folded", "</details></summary>"],
    ["a script", "<script>alert(1)\n\n</script"],
    ["a quotation that goes on", "> quoted"],
    ["a list that goes on", "- one\n  - two\n\n    ```\n    x"],
    ["a table", "| a | b |\n|---|---|\n| c"],
    ["a definition", "[x]: https://example.invalid"],
    ["heads", "# one\n## two\n####### seven\n#"],
  ])("keeps its parts apart with %s in every part", (_name, hostile) => {
    const text = conversationMarkdown(conversation(`Q\n${hostile}`, { text: hostile, reasoning: hostile }), english);
    const own = heads(`${text}\n\n## After\n`).filter((head) => /^##? /.test(head));
    expect(own).toEqual(["# Q", "## You", "## Tiny", "## After"]);
  });

  it("keeps its parts apart whatever is written", () => {
    const unit = fc.constantFrom(
      "`",
      "```",
      "~~~",
      "\n",
      "\n\n",
      "<",
      "/details>",
      "!--",
      "#",
      " ",
      "> ",
      "- ",
      "    ",
      "a",
      "|",
      "\\",
    );
    const words = fc.string({ unit, maxLength: 24 });
    fc.assert(
      fc.property(words, words, words, (question, answer, reasoning) => {
        const text = conversationMarkdown(conversation(`Q\n${question}`, { text: `${answer}.`, reasoning }), english);
        const own = heads(`${text}\n\n## After\n`).filter((head) => /^##? /.test(head));
        expect(own).toEqual(["# Q", "## You", "## Tiny", "## After"]);
      }),
      { numRuns: 1_000 },
    );
  });

  it("leaves code as it is", () => {
    const code = "`a<b>` and\n\n```html\n<p># x</p>\n```";
    expect(conversationMarkdown(conversation("Q", { text: code }), english)).toContain(code);
  });

  it("has a file name that every system takes", () => {
    expect(markdownFileName(conversation("../../etc/pass:wd?", {}), english)).toBe("etc pass wd.md");
    expect(markdownFileName(conversation("...", {}), english)).toBe("Conversation.md");
  });
});
