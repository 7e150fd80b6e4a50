import { randomUUID } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type Conversation, newAnswer, newConversation } from "../../../../../extension/chat/conversation.ts";
import { conversationText } from "../../../../../extension/chat/conversations/conversation-file.ts";
import { ConversationStore } from "../../../../../extension/chat/conversations/conversation-store.ts";
import { addTurn } from "../../../../../extension/chat/conversations/conversation-tree.ts";
import { useTemporaryFolder } from "../../../../support/temporary-folder.ts";

const folder = useTemporaryFolder();
const open = (isKept = true): ConversationStore =>
  new ConversationStore({ folder: folder.join("conversations"), isKept: () => isKept });
const fileOf = ({ id }: Conversation): string => folder.join("conversations", `${id}.json`);
const files = (): string[] => readdirSync(folder.join("conversations"));

function conversation(text: string, at = "2026-11-21T12:00:00Z"): Conversation {
  const question = { id: "q", parentId: null, role: "user" as const, text, attachments: [], leftOut: [] };
  const answer = { ...newAnswer("a", "q"), text: `About ${text}`, state: "done" as const, modelName: "Tiny" };
  return addTurn(addTurn(newConversation(randomUUID(), new Date(at)), question), answer);
}

describe("the store of conversations", () => {
  it("has each in a file of its own that nobody else can read", async () => {
    const store = open();
    const [one, two] = [conversation("one"), conversation("two")];
    await Promise.all([store.save(one), store.save(two)]);
    expect(files().sort()).toEqual([`${one.id}.json`, `${two.id}.json`].sort());
    expect(statSync(fileOf(one)).mode & 0o777).toBe(0o600);
    expect(statSync(folder.join("conversations")).mode & 0o777).toBe(0o700);
    expect(await open().read(one.id)).toEqual(one);
  });

  it("lists the newest first, with what is shown and searched of each", async () => {
    const store = open();
    await store.save(conversation("old", "2026-11-19T12:00:00Z"));
    await store.save(conversation("new", "2026-11-21T12:00:00Z"));
    const { summaries } = await open().list();
    expect(summaries).toEqual([
      expect.objectContaining({ title: "new", questionCount: 1, models: ["Tiny"], text: "new\nAbout new" }),
      expect.objectContaining({ title: "old" }),
    ]);
    expect(await new ConversationStore({ folder: folder.join("none"), isKept: () => true }).list()).toEqual({
      summaries: [],
      newerCount: 0,
    });
  });

  it("sees what another window of the same folder has written, changed and deleted", async () => {
    const [here, there] = [open(), open()];
    const one = conversation("one");
    await here.save(one);
    expect((await there.list()).summaries).toHaveLength(1);
    await here.save({ ...one, title: "Renamed here" });
    expect((await there.list()).summaries[0]?.title).toBe("Renamed here");
    await here.remove(one.id);
    expect((await there.list()).summaries).toEqual([]);
    expect(await there.read(one.id)).toBeUndefined();
  });

  it("has the conversation of one window or the other when both write it at once, never a mixture", async () => {
    const windows = [open(), open()];
    const base = conversation("base");
    const versions = windows.map((_window, index) => ({
      ...base,
      turns: base.turns.map((turn) => ({ ...turn, text: `${turn.text} ${`from ${index} `.repeat(5_000)}` })),
    }));
    for (let round = 0; round < 10; round++) {
      await Promise.all(windows.map((window, index) => window.save(versions[index] ?? base)));
      expect(versions).toContainEqual(await open().read(base.id));
    }
    expect(files()).toEqual([`${base.id}.json`]);
  });

  it("ends with the newest of many versions that come faster than they can be written", async () => {
    const store = open();
    const base = conversation("base");
    const saves = Array.from({ length: 50 }, (_, index) => store.save({ ...base, title: `version ${index}` }));
    await Promise.all(saves);
    expect((await open().read(base.id))?.title).toBe("version 49");
  });

  it("has it on the disk at once when the window closes", () => {
    const one = conversation("one");
    open().saveNow(one);
    expect(readFileSync(fileOf(one), "utf8")).toBe(conversationText(one));
    expect(files()).toEqual([`${one.id}.json`]);
  });

  it("shows an answer that nobody writes any more as interrupted", async () => {
    const one = conversation("one");
    const open1 = {
      ...one,
      turns: one.turns.map((turn) => (turn.role === "user" ? turn : { ...turn, state: "streaming" as const })),
    };
    await open().save(open1);
    expect((await open().read(one.id))?.turns.at(-1)).toMatchObject({ state: "interrupted" });
  });

  it.each([
    ["breaks off", '{"format":0,"content":{"id"'],
    ["is something else", '"text"'],
    ["has turns that follow nothing", undefined],
  ])("moves a file aside that %s, and goes on with the others", async (_name, text) => {
    const store = open();
    const [good, bad] = [conversation("good"), conversation("bad")];
    await store.save(good);
    const orphan = { ...bad, turns: bad.turns.map((turn) => ({ ...turn, parentId: "nobody" })) };
    writeFileSync(fileOf(bad), text ?? conversationText(orphan));
    expect((await open().list()).summaries.map(({ title }) => title)).toEqual(["good"]);
    expect(files().filter((name) => name.includes(bad.id))).toEqual([expect.stringMatching(/\.json\.\d+\.damaged$/)]);
  });

  it("leaves a file of a newer version as it is, and says so", async () => {
    const one = conversation("one");
    await open().save(one);
    const text = JSON.stringify({ format: 7, content: { anything: 1 } });
    writeFileSync(fileOf(one), text);
    expect(await open().list()).toEqual({ summaries: [], newerCount: 1 });
    await expect(open().read(one.id)).rejects.toMatchObject({ code: "state_too_new" });
    expect(readFileSync(fileOf(one), "utf8")).toBe(text);
  });

  it("reads no file under another's name", async () => {
    const one = conversation("one");
    await open().save(one);
    const other = randomUUID();
    writeFileSync(folder.join("conversations", `${other}.json`), conversationText(one));
    expect(await open().read(other)).toBeUndefined();
  });

  it("writes nothing where conversations are not to be kept, and has them until the window closes", async () => {
    const store = open(false);
    const one = conversation("one");
    await store.save(one);
    store.saveNow(one);
    expect(existsSync(folder.join("conversations"))).toBe(false);
    expect(await store.read(one.id)).toEqual(one);
    expect((await store.list()).summaries).toHaveLength(1);
    await store.remove(one.id);
    expect((await store.list()).summaries).toEqual([]);
  });

  it("deletes one although it is being written, and all with what was moved aside", async () => {
    const store = open();
    const [one, two] = [conversation("one"), conversation("two")];
    const saving = store.save(one);
    await store.remove(one.id);
    await saving;
    expect(await store.read(one.id)).toBeUndefined();
    await store.save(two);
    writeFileSync(`${fileOf(two)}.1.damaged`, "");
    writeFileSync(folder.join("conversations", "somebody-elses.txt"), "");
    await store.removeAll();
    expect(files()).toEqual(["somebody-elses.txt"]);
  });

  it("says which folder cannot be written, and why", async () => {
    writeFileSync(folder.join("conversations"), "a file");
    await expect(open().save(conversation("one"))).rejects.toMatchObject({ code: "folder_unwritable" });
    expect(() => open().saveNow(conversation("one"))).toThrow(/cannot be written/);
  });

  it("leaves out the content of the oldest attachments where there is too much, and no word of the turns", async () => {
    const image = `data:image/png;base64,${"A".repeat(9_000_000)}`;
    const attachment = {
      id: "i",
      kind: "image" as const,
      label: "a.png",
      detail: "",
      text: "",
      image,
      languageId: null,
    };
    let long = newConversation(randomUUID(), new Date());
    for (const id of ["1", "2", "3"]) {
      long = addTurn(long, { id, parentId: null, role: "user", text: id, attachments: [attachment], leftOut: [] });
    }
    await open().save(long);
    const kept = (await open().read(long.id))?.turns ?? [];
    expect(kept.map(({ text }) => text)).toEqual(["1", "2", "3"]);
    expect(kept.map((turn) => turn.role === "user" && turn.attachments[0]?.image === image)).toEqual([
      false,
      true,
      true,
    ]);
  });
});
