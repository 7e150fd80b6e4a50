import { randomUUID } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  ConversationDesk,
  type WorkspaceMemory,
} from "../../../../../extension/chat/conversations/conversation-desk.ts";
import { ConversationStore } from "../../../../../extension/chat/conversations/conversation-store.ts";
import { conversationTitle } from "../../../../../extension/chat/conversations/conversation-title.ts";
import { sessionUnderTest, turn } from "../../../../support/session-under-test.ts";
import { useTemporaryFolder } from "../../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

function memoryOf(content: Record<string, unknown> = {}): WorkspaceMemory & { content: Record<string, unknown> } {
  return {
    content,
    get: (key) => content[key],
    update: async (key, value) => {
      content[key] = value;
    },
  };
}

/** A window of the workspace; several share its memory and its folder. */
function openWindow({ memory = memoryOf(), isKept = true } = {}) {
  const problems: unknown[] = [];
  const store = new ConversationStore({ folder: folder.join("conversations"), isKept: () => isKept });
  let played: ReturnType<typeof sessionUnderTest> | undefined;
  const desk = new ConversationDesk({
    store,
    memory,
    onProblem: (error) => problems.push(error),
    session: (keep) => {
      played = sessionUnderTest({ keep });
      return played.session;
    },
  });
  if (played === undefined) throw new Error("the desk has made no session");
  const titles = async (): Promise<string[]> => (await desk.list()).summaries.map(({ title }) => title);
  return { ...played, desk, store, memory, problems, titles };
}

describe("a window's conversations", () => {
  it("are there again in the next window, with the one that was open last", async () => {
    const first = openWindow();
    await first.exchange("One", "first");
    first.desk.begin();
    await first.exchange("Two", "second");
    first.session.dispose();
    const second = openWindow({ memory: first.memory });
    await second.desk.restore();
    expect(second.texts()).toEqual(["Two", "second"]);
    expect((await second.titles()).toSorted()).toEqual(["One", "Two"]);
  });

  it("begin with nothing where the last one was left for a new one", async () => {
    const first = openWindow();
    await first.exchange("One", "first");
    first.desk.begin();
    const second = openWindow({ memory: first.memory });
    await second.desk.restore();
    expect(second.texts()).toEqual([]);
  });

  it("begin with the model that was chosen last, also when nothing was asked since", async () => {
    const first = openWindow();
    first.session.choose({ model: "big", privacy: "lan" });
    const second = openWindow({ memory: first.memory });
    await second.desk.restore();
    expect(second.session.choice).toEqual({ model: "big", privacy: "lan" });
    const third = openWindow({ memory: memoryOf({ chatModel: { model: 7 } }) });
    await third.desk.restore();
    expect(third.session.choice).toEqual({ model: "m" });
  });

  it("take over the one of earlier versions, once", async () => {
    const memory = memoryOf({ conversation: { model: "tiny", turns: [{ id: "1", role: "user", text: "Old" }] } });
    const first = openWindow({ memory });
    await first.desk.restore();
    expect(first.texts()).toEqual(["Old"]);
    expect(memory.content.conversation).toBeUndefined();
    const second = openWindow({ memory });
    await second.desk.restore();
    expect(second.texts()).toEqual(["Old"]);
    expect(await second.titles()).toEqual(["Old"]);
  });

  it("do not take the view from a person who has begun to ask", async () => {
    const first = openWindow();
    await first.exchange("One", "first");
    const second = openWindow({ memory: first.memory });
    void second.session.send("Two");
    await second.desk.restore();
    expect(second.texts()[0]).toBe("Two");
  });

  it("can be opened, and the one before is kept with what there is of its answer", async () => {
    const window = openWindow();
    await window.exchange("One", "first");
    const { id } = window.session.conversation;
    window.desk.begin();
    void window.session.send("Two");
    await turn();
    window.write("Half");
    expect(await window.desk.open(id)).toBe(true);
    expect(window.texts()).toEqual(["One", "first"]);
    const two = (await window.desk.list()).summaries.find(({ title }) => title === "Two");
    expect((await window.store.read(two?.id ?? ""))?.turns.at(-1)).toMatchObject({ state: "stopped", text: "Half" });
    expect(await window.desk.open(randomUUID())).toBe(false);
  });

  it("come back as they were when deleting is undone, shown or not", async () => {
    const window = openWindow();
    await window.exchange("One", "first");
    const before = window.session.conversation;
    const removed = await window.desk.remove(before.id);
    expect(window.texts()).toEqual([]);
    expect(await window.titles()).toEqual([]);
    if (removed === undefined) throw new Error("nothing was removed");
    await window.desk.putBack(removed);
    expect(window.session.conversation).toEqual(before);
    expect(await window.titles()).toEqual(["One"]);
    window.desk.begin();
    await window.exchange("Two", "second");
    const other = await window.desk.remove(before.id);
    expect(window.texts()).toEqual(["Two", "second"]);
    if (other === undefined) throw new Error("nothing was removed");
    await window.desk.putBack(other);
    expect(window.texts()).toEqual(["Two", "second"]);
    // What a session writes is not waited for.
    await expect.poll(async () => (await window.titles()).toSorted()).toEqual(["One", "Two"]);
    expect(await window.desk.remove(randomUUID())).toBeUndefined();
  });

  it("stay deleted, although one of them was being answered", async () => {
    const window = openWindow();
    await window.exchange("One", "first");
    window.desk.begin();
    const sending = window.session.send("Two");
    await turn();
    await window.desk.removeAll();
    await sending;
    expect(window.texts()).toEqual([]);
    expect(await window.titles()).toEqual([]);
  });

  it("are called as a person wishes, and by their question again without a wish", async () => {
    const window = openWindow();
    await window.exchange("One", "first");
    const { id } = window.session.conversation;
    await window.desk.rename(id, "Mine");
    expect(conversationTitle(window.session.conversation)).toBe("Mine");
    window.desk.begin();
    await window.desk.rename(id, null);
    expect(await window.titles()).toEqual(["One"]);
  });

  it("leave nothing on the disk where they are not to be kept, and are there as long as the window is", async () => {
    const window = openWindow({ isKept: false });
    await window.exchange("One", "first");
    window.desk.begin();
    expect(await window.titles()).toEqual(["One"]);
    window.session.dispose();
    expect(existsSync(folder.join("conversations"))).toBe(false);
  });

  it("tell once that they cannot be written, and go on", async () => {
    writeFileSync(folder.join("conversations"), "a file");
    const window = openWindow();
    await window.exchange("One", "first");
    await window.exchange("Two", "second");
    await expect.poll(() => window.problems).toHaveLength(1);
    expect(window.problems[0]).toMatchObject({ code: "folder_unwritable" });
    expect(window.texts()).toEqual(["One", "first", "Two", "second"]);
  });
});
