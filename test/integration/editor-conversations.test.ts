import { mkdtemp, rm } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { requestsGet } from "../../contract/rpc/routes.ts";
import { ChatSession } from "../../extension/chat/chat-session.ts";
import type { Answer, Conversation } from "../../extension/chat/conversation.ts";
import { ConversationStore } from "../../extension/chat/conversations/conversation-store.ts";
import { shownPath } from "../../extension/chat/conversations/conversation-tree.ts";
import { otherPlace } from "../../extension/chat/other-place.ts";
import { MeshFeed } from "../../extension/mesh/mesh-feed.ts";
import { MeshStore } from "../../extension/mesh/mesh-store.ts";
import { systemClock } from "../../extension/platform/clock.ts";
import { connectToNode, type NodeConnection } from "../../extension/sidecar/node-connection.ts";
import { reachNode } from "../../sidecar/start-node.ts";
import { RecordingLog } from "../support/recording-log.ts";
import { startRoutedNode } from "../support/routed-node.ts";
import { listOf, type Received, type Reply, StandInServer } from "../support/stand-in-server.ts";
import type { TestNode } from "../support/test-node.ts";
import { untilPlaces } from "../support/until-places.ts";

const chatPath = "POST /v1/chat/completions";
let attic: StandInServer;
let cellar: StandInServer;
let node: TestNode;
let connection: NodeConnection;
let feed: MeshFeed;
const store = new MeshStore();
const open: ChatSession[] = [];

beforeAll(async () => {
  attic = await StandInServer.start({ "GET /v1/models": listOf({ id: "twin" }) });
  cellar = await StandInServer.start({ "GET /v1/models": listOf({ id: "twin" }) });
  const backends = [
    { id: "attic", url: attic.url, priority: 1 },
    { id: "cellar", url: cellar.url, priority: 2 },
  ];
  node = await startRoutedNode({ backends }, ["twin"]);
  const where = { ...reachNode(node.folders), pid: node.pid, version: "1.0.0", protocol: protocolVersion };
  connection = await connectToNode(where, "1.0.0", AbortSignal.timeout(10_000));
  feed = new MeshFeed(connection, { store, clock: systemClock, log: new RecordingLog() });
  await feed.refresh();
  await untilPlaces(store, "twin", ["attic", "cellar"]);
});
afterEach(() => {
  for (const session of open.splice(0)) session.dispose();
});
afterAll(async () => {
  feed.dispose();
  connection.dispose();
  await node.dispose();
  await Promise.all([attic.dispose(), cellar.dispose()]);
});

function openSession(): { session: ChatSession; kept: () => Conversation; last: () => Answer } {
  let kept: Conversation | undefined;
  const session = new ChatSession({
    connect: async () => connection,
    choiceToAsk: (chosen) => chosen ?? { model: "twin" },
    isOwn: () => false,
    otherPlace: (choice, backend) => otherPlace(store, choice, backend),
    nameOf: ({ model }) => model,
    instructions: () => "Be brief.",
    workspacePrivacy: async () => null,
    keep: (conversation) => {
      kept = conversation;
    },
  });
  open.push(session);
  return {
    session,
    kept: () => {
      if (kept === undefined) throw new Error("nothing was kept");
      return kept;
    },
    last: () => {
      const turn = session.turns.at(-1);
      if (turn?.role !== "assistant") throw new Error("the last turn is no answer");
      return turn;
    },
  };
}

const event = (choice: object, rest: object = {}): string =>
  `data: ${JSON.stringify({ model: "twin", choices: [choice], ...rest })}\n\n`;
function begin(response: ServerResponse, ...words: readonly string[]): void {
  response.writeHead(200, { "content-type": "text/event-stream" });
  for (const content of words) response.write(event({ delta: { content } }));
}
/** Answers with these pieces, and says that it is the end. */
const says =
  (...words: readonly string[]): Reply =>
  (response) => {
    begin(response, ...words);
    const usage = {
      prompt_tokens: 20,
      completion_tokens: words.length,
      total_tokens: 20 + words.length,
      prompt_tokens_details: { cached_tokens: 16 },
    };
    response.end(`${event({ delta: {}, finish_reason: "stop" }, { usage })}data: [DONE]\n\n`);
  };
/** Begins, and breaks the connection once the words have left. */
const breaksAfter =
  (words: string): Reply =>
  (response) => {
    begin(response);
    response.write(event({ delta: { content: words } }), () => response.destroy());
  };
const bodies = (server: StandInServer): Record<string, unknown>[] =>
  server.received
    .filter(({ path }: Received) => path.endsWith("/chat/completions"))
    .map(({ body }) => JSON.parse(body));

describe("a conversation at a real node", () => {
  it("goes on at another place when the one that wrote has really broken off, as one answer with both routes", async () => {
    attic.replies.set(chatPath, breaksAfter("The quick brown"));
    cellar.replies.set(chatPath, says("Sure, here it goes on:\n\n", "quick ", "brown", " fox", " jumps."));
    const { session, last, kept } = openSession();
    await session.send("Tell me of the fox.");
    expect(last()).toMatchObject({ state: "failed", text: "The quick brown", routes: [{ backend: "attic" }] });
    expect(session.continuation).toBe("elsewhere");
    const asked = bodies(attic).length;
    await session.continue(true);
    expect(last()).toMatchObject({ state: "done", error: null, text: "The quick brown fox jumps." });
    expect(last().routes.map(({ backend }) => backend)).toEqual(["attic", "cellar"]);
    expect(bodies(attic)).toHaveLength(asked);
    expect(bodies(cellar).at(-1)).toMatchObject({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Tell me of the fox." },
        { role: "assistant", content: "The quick brown" },
        { role: "user" },
      ],
    });
    for (const { requestId } of last().routes) {
      const { record } = await connection.request(requestsGet, { id: requestId ?? "" });
      expect(record?.id).toBe(requestId);
    }
    expect(kept().turns).toHaveLength(2);
  });

  it("asks with its parameters and instructions, and learns what was cached", async () => {
    attic.replies.set(chatPath, says("Yes."));
    const { session, last } = openSession();
    const parameters = { temperature: 0.25, topP: 0.5, maxTokens: 77, seed: 42, reasoningEffort: "low" as const };
    session.setOptions({ instructions: "Rhyme.", parameters });
    await session.send("Well?");
    expect(bodies(attic).at(-1)).toMatchObject({
      temperature: 0.25,
      top_p: 0.5,
      max_tokens: 77,
      seed: 42,
      reasoning_effort: "low",
      messages: [{ role: "system", content: "Rhyme." }, { role: "user" }],
    });
    expect(last()).toMatchObject({ state: "done", text: "Yes.", promptTokens: 20, cachedTokens: 16 });
  });

  it("stays at the place that it is tied to, and leaves it to go on elsewhere", async () => {
    cellar.replies.set(chatPath, breaksAfter("Half"));
    attic.replies.set(chatPath, says("Half", " and half."));
    const { session, last } = openSession();
    session.choose({ model: "twin", onlyBackends: ["cellar"] });
    await session.send("Well?");
    expect(last()).toMatchObject({ state: "failed", routes: [{ backend: "cellar" }] });
    await session.continue(true);
    expect(last()).toMatchObject({ text: "Half and half.", routes: [{ backend: "cellar" }, { backend: "attic" }] });
  });

  it("keeps each of its branches, also for the next window", async () => {
    const folder = await mkdtemp(join(tmpdir(), "mesh-conversations-"));
    try {
      const { session, kept } = openSession();
      for (const words of ["first", "second"]) {
        attic.replies.set(chatPath, says(words));
        if (words === "first") await session.send("Well?");
        else await session.retry();
      }
      session.showSibling(session.turns[1]?.id ?? "", 0);
      await new ConversationStore({ folder, isKept: () => true }).save(kept());
      const read = await new ConversationStore({ folder, isKept: () => true }).read(kept().id);
      expect(read?.turns.map(({ text }) => text)).toEqual(["Well?", "first", "second"]);
      const next = openSession();
      if (read !== undefined) next.session.open(read);
      expect(next.session.turns.map(({ text }) => text)).toEqual(["Well?", "first"]);
      attic.replies.set(chatPath, says("more"));
      await next.session.send("And?");
      expect(bodies(attic).at(-1)?.messages).toEqual([
        { role: "system", content: "Be brief." },
        { role: "user", content: "Well?" },
        { role: "assistant", content: "first" },
        { role: "user", content: "And?" },
      ]);
      expect(shownPath(next.kept())).toHaveLength(4);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});
