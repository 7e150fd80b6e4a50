import type { ServerResponse } from "node:http";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { call, chatBody, eventsOf, post } from "../support/chat-request.ts";
import { startRoutedNode } from "../support/routed-node.ts";
import { listOf, StandInServer, status } from "../support/stand-in-server.ts";
import type { TestNode } from "../support/test-node.ts";

// Two servers have m1 at first; the first one is asked before the second.
let first: StandInServer;
let second: StandInServer;
let node: TestNode;

const list = "GET /v1/models";
const chat = "POST /v1/chat/completions";
const whole = (content: string) =>
  status(200, { model: "m1", choices: [{ index: 0, message: { role: "assistant", content }, finish_reason: "stop" }] });
const contentOf = async (model: string) => (await post(node, chatBody(model))).json.choices?.[0].message.content;
const listed = async (): Promise<string[]> =>
  (await call(node, "/v1/models")).json.data.map(({ id }: { id: string }) => id);

beforeEach(async () => {
  first = await StandInServer.start({ [list]: listOf({ id: "m1" }), [chat]: whole("first") });
  second = await StandInServer.start({ [list]: listOf({ id: "m1" }, { id: "m2" }), [chat]: whole("second") });
  const backends = [
    { id: "first", url: first.url, priority: 1 },
    { id: "second", url: second.url, priority: 2 },
  ];
  node = await startRoutedNode({ backends }, ["m1", "m2"]);
});
afterEach(async () => {
  await node.dispose();
  await Promise.all([first.dispose(), second.dispose()]);
});

describe("a stand-in server whose list of models changes", () => {
  it("finishes the answer of a model that it lists no more, and gets no new request for it", async () => {
    const open = Promise.withResolvers<ServerResponse>();
    first.replies.set(chat, (response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write('data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n');
      open.resolve(response);
    });
    const answer = post(node, chatBody("m1", { stream: true }));
    const held = await open.promise;
    first.replies.set(list, listOf({ id: "m3" }));
    first.replies.set(chat, whole("first"));
    await expect.poll(listed, { timeout: 30_000 }).toContain("m3");
    expect(await contentOf("m1")).toBe("second");
    expect(await contentOf("m3")).toBe("first");
    held.end('data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\ndata: [DONE]\n\n');
    const events = eventsOf((await answer).text);
    expect(events.at(-1)).toBe("[DONE]");
    expect(events.join()).not.toContain("error");
  });

  it("is passed over for a model that has gone before the list was read again", async () => {
    first.replies.set(
      chat,
      status(404, { error: { message: "The model 'm1' does not exist", code: "model_not_found" } }),
    );
    expect(await contentOf("m1")).toBe("second");
  });

  it("is not asked a second time for a model that it says is gone", async () => {
    first.replies.set(list, listOf({ id: "m3" }));
    first.replies.set(
      chat,
      status(404, { error: { message: "The model 'm1' does not exist", code: "model_not_found" } }),
    );
    const asked = (): number => first.received.filter(({ method }) => method === "POST").length;
    // What was looked at within the last second counts as what is: then the next request finds it out.
    await expect
      .poll(
        async () => {
          const before = asked();
          expect(await contentOf("m1")).toBe("second");
          return asked() - before;
        },
        { timeout: 30_000 },
      )
      .toBe(0);
  });

  it("is asked again when its model comes back", async () => {
    /** Whoever asks for the list has all servers looked at. */
    const answeredBy = async () => {
      await listed();
      return await contentOf("m1");
    };
    first.replies.set(list, listOf());
    await expect.poll(answeredBy, { timeout: 30_000 }).toBe("second");
    first.replies.set(list, listOf({ id: "m1" }));
    await expect.poll(answeredBy, { timeout: 30_000 }).toBe("first");
  });

  it("that has lost a model which nobody else has is told of by the names that are left", async () => {
    second.replies.set(list, listOf({ id: "m1" }));
    await expect.poll(listed, { timeout: 30_000 }).not.toContain("m2");
    const { status: code, json } = await post(node, chatBody("m2"));
    expect(code).toBe(404);
    expect(json.error).toMatchObject({ code: "unknown_model", params: { available: expect.arrayContaining(["m1"]) } });
  });
});
