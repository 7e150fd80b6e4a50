import { describe, expect, it } from "vitest";
import { type FromChatView, fromChatViewSchema } from "../../../contract/webview/chat.ts";
import { WebviewBridge } from "../../../extension/panels/webview-bridge.ts";
import { Emitter } from "../../../extension/platform/emitter.ts";
import { WindowLog } from "../../support/window-log.ts";

function setUp() {
  const messages = new Emitter<unknown>();
  const posted: unknown[] = [];
  const handled: FromChatView[] = [];
  const log = new WindowLog();
  const port = {
    onDidReceiveMessage: messages.event,
    postMessage: async (message: unknown) => posted.push(message) > 0,
  };
  const bridge = new WebviewBridge(port, { accepts: fromChatViewSchema, handle: (each) => handled.push(each), log });
  return { messages, posted, handled, log, bridge };
}

describe("the bridge to a view", () => {
  it("hands on what is in the contract", () => {
    const test = setUp();
    test.messages.fire({ type: "send", text: "Hello" });
    expect(test.handled).toEqual([{ type: "send", text: "Hello" }]);
  });

  it.each([
    [{ type: "run", command: "workbench.action.quit" }],
    [{ type: "act", action: "workbench.action.quit" }],
    [{ type: "send", text: "Hello", command: "x" }],
    [{ type: "send", text: "x".repeat(200_001) }],
    [{ type: "send", text: "" }],
    ["send"],
    [null],
  ])("refuses %j, and logs that without its content", (message) => {
    const test = setUp();
    test.messages.fire(message);
    expect(test.handled).toEqual([]);
    expect(test.log.lines).toEqual(["warn A message from a view was refused: it is not in the contract."]);
  });

  it("is silent once it is disposed", () => {
    const test = setUp();
    test.bridge.dispose();
    test.bridge.send({ type: "focus" });
    test.messages.fire({ type: "stop" });
    expect([...test.posted, ...test.handled]).toEqual([]);
  });
});
