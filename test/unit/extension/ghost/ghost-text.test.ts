import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import { GhostText } from "../../../../extension/ghost/ghost-text.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { HandClock } from "../../../support/hand-clock.ts";

interface Sent {
  readonly model: string | null;
  readonly prefix: string;
  readonly suffix: string;
  readonly stop: readonly string[];
  readonly deadlineMs: number;
  readonly workspacePrivacy?: string;
}
type Play = (sent: Sent, signal: AbortSignal) => unknown;

const settings = { model: "", debounceMs: 75, deadlineMs: 300, maxTokens: 64, isOneLine: false };
const answer = (text: string, finishReason = "stop") => ({
  text,
  finishReason,
  model: "coder",
  backend: "gpu01",
  usage: null,
  timing: { firstTokenMs: 1, totalMs: 2 },
});

/** A document of one line with the cursor at `|`, and a node that plays. */
function scene(play: Play, more: { readonly hasNode?: boolean; readonly privacy?: "local" | null } = {}) {
  const node = new FakeNodeConnection({ "completions/complete": play as never });
  const clock = new HandClock();
  const failures: string[] = [];
  const text = new GhostText({
    client: () => (more.hasNode === false ? undefined : node),
    contextTokens: () => 4096,
    workspacePrivacy: async () => more.privacy ?? null,
    clock,
    onFailure: ({ code }) => failures.push(code),
  });
  const ask = (
    marked: string,
    {
      signal = new AbortController().signal,
      isInvoked = false,
      ...set
    }: Partial<typeof settings> & { signal?: AbortSignal; isInvoked?: boolean } = {},
  ) => {
    const lines = marked.split("\n");
    const line = lines.findIndex((each) => each.includes("|"));
    const character = lines[line]?.indexOf("|") ?? 0;
    const plain = lines.map((each) => each.replace("|", ""));
    const document = { lineCount: plain.length, line: (at: number) => plain[at] ?? "" };
    const place = {
      uri: "file:///a.ts",
      document,
      at: { line, character },
      isInvoked,
      settings: { ...settings, ...set },
    };
    return text.textFor(place, signal);
  };
  const sent = (): Sent[] => node.sent.map(({ params }) => params as Sent);
  return { text, ask, sent, clock, failures };
}

describe("ghost text", () => {
  it("is asked for when somebody pauses, with what stands around the cursor", async () => {
    const t = scene(() => answer("b)"), { privacy: "local" });
    const shown = t.ask("first\nf(a, |\nlast");
    expect(t.sent()).toEqual([]);
    await t.clock.pass(74);
    expect(t.sent()).toEqual([]);
    await t.clock.pass(1);
    expect(await shown).toBe("b)");
    expect(t.sent()).toEqual([
      {
        model: null,
        prefix: "first\nf(a, ",
        suffix: "\nlast",
        maxTokens: 64,
        stop: ["\n\n\n"],
        deadlineMs: 300,
        workspacePrivacy: "local",
      },
    ]);
  });

  it("is one line in the middle of a line", async () => {
    const t = scene(() => answer("b"));
    const shown = t.ask("f(|)");
    await t.clock.pass(75);
    expect(await shown).toBe("b");
    expect(t.sent()[0]?.stop).toEqual(["\n"]);
  });

  it("is not asked for while somebody goes on typing: only the last pause counts", async () => {
    const t = scene(() => answer("x"));
    const first = t.ask("a|");
    await t.clock.pass(50);
    const second = t.ask("ab|");
    await t.clock.pass(50);
    const third = t.ask("abc|");
    await t.clock.pass(75);
    expect(await Promise.all([first, second, third])).toEqual([null, null, "x"]);
    expect(t.sent().map(({ prefix }) => prefix)).toEqual(["abc"]);
  });

  it("has one request on its way: the next one ends it", async () => {
    const aborted: string[] = [];
    const t = scene(({ prefix }, signal) => {
      if (prefix === "ab") return answer("x");
      return new Promise((_, reject) => {
        signal.addEventListener("abort", () => {
          aborted.push(prefix);
          reject(signal.reason);
        });
      });
    });
    const first = t.ask("a|");
    await t.clock.pass(75);
    const second = t.ask("ab|");
    await t.clock.pass(75);
    expect(await Promise.all([first, second])).toEqual([null, "x"]);
    expect(aborted).toEqual(["a"]);
    expect(t.failures).toEqual([]);
  });

  it("ends when the editor wants it no more", async () => {
    const abort = new AbortController();
    const t = scene(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const shown = t.ask("a|", { signal: abort.signal });
    await t.clock.pass(75);
    abort.abort(new MeshError("cancelled", {}));
    expect(await shown).toBeNull();
  });

  it("is not shown when it comes after its deadline, whatever has held it up", async () => {
    const { promise, resolve } = Promise.withResolvers<unknown>();
    const t = scene(() => promise);
    const shown = t.ask("a|");
    await t.clock.pass(75);
    await t.clock.pass(1000);
    resolve(answer("late();"));
    expect(await shown).toBeNull();
  });

  it("is what was whole by the deadline", async () => {
    const t = scene(() => answer("a();\nb(", "deadline"));
    const shown = t.ask("|");
    await t.clock.pass(75);
    expect(await shown).toBe("a();");
  });

  it("stays while somebody types along it, and nobody is asked again", async () => {
    const t = scene(() => answer("lo world"));
    const shown = t.ask("hel|");
    await t.clock.pass(75);
    expect(await shown).toBe("lo world");
    expect(await t.ask("hello|")).toBe(" world");
    expect(await t.ask("hello w|")).toBe("orld");
    expect(await t.ask("hel|")).toBe("lo world");
    expect(t.sent()).toHaveLength(1);
  });

  it("is asked for anew when what is typed is something else, or models have changed", async () => {
    const t = scene(() => answer("lo"));
    const ask = async (marked: string) => {
      const shown = t.ask(marked);
      await t.clock.pass(75);
      await shown;
    };
    await ask("hel|");
    await ask("help|");
    t.text.forget();
    await ask("hel|");
    expect(t.sent()).toHaveLength(3);
  });

  it("is not asked for again where there was nothing worth showing, unless it was too slow", async () => {
    let finishReason = "stop";
    const t = scene(() => answer("", finishReason));
    const ask = async () => {
      const shown = t.ask("a|");
      await t.clock.pass(75);
      return await shown;
    };
    expect([await ask(), await ask()]).toEqual([null, null]);
    expect(t.sent()).toHaveLength(1);
    t.text.forget();
    finishReason = "deadline";
    expect([await ask(), await ask()]).toEqual([null, null]);
    expect(t.sent()).toHaveLength(3);
  });

  it("is nothing without a node, which is not started for it", async () => {
    const t = scene(() => answer("x"), { hasNode: false });
    const shown = t.ask("a|");
    await t.clock.pass(75);
    expect(await shown).toBeNull();
  });

  it("fails in silence but for the log", async () => {
    const t = scene(() => {
      throw new MeshError("no_infill_model", {});
    });
    const shown = t.ask("a|");
    await t.clock.pass(75);
    expect(await shown).toBeNull();
    expect(t.failures).toEqual(["no_infill_model"]);
  });
});

describe("ghost text that a person has asked for", () => {
  it("does not wait for a pause, and may take longer", async () => {
    const t = scene(() => answer("x"));
    expect(await t.ask("a|", { isInvoked: true })).toBe("x");
    expect(t.sent()[0]?.deadlineMs).toBe(10_000);
  });

  it("is asked for again where there was nothing before", async () => {
    const t = scene(() => answer(""));
    expect(await t.ask("a|", { isInvoked: true })).toBeNull();
    expect(await t.ask("a|", { isInvoked: true })).toBeNull();
    expect(t.sent()).toHaveLength(2);
  });

  it("says what is wrong", async () => {
    const t = scene(() => {
      throw new MeshError("no_infill_model", {});
    });
    await expect(t.ask("a|", { isInvoked: true })).rejects.toMatchObject({ code: "no_infill_model" });
    const without = scene(() => answer("x"), { hasNode: false });
    await expect(without.ask("a|", { isInvoked: true })).rejects.toMatchObject({ code: "node_not_running" });
  });
});
