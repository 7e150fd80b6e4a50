import { cp, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { protocolVersion } from "../../contract/protocol-version.ts";
import { nodeStop } from "../../contract/rpc/node.ts";
import { buildFutureSidecar } from "../support/future-sidecar.ts";
import { isGone, testClient } from "../support/test-node.ts";
import { ChatPane } from "./driver/chat-pane.ts";
import { describeEditor } from "./driver/describe-editor.ts";
import { type EditorWindow, patience } from "./driver/editor-window.ts";
import { containerName, demoModel } from "./driver/extension-id.ts";
import {
  crashingProgram,
  fileInsteadOf,
  fileSays,
  linkInsteadOf,
  readOnlyHome,
  type Trouble,
  takePorts,
} from "./driver/node-troubles.ts";
import type { Workbench } from "./driver/workbench.ts";

const configuration = "gateway: { port: 0 }\nnode: { lingerSeconds: 2 }\n";

/** What a person reads of a trouble. */
interface Words {
  /** In the mesh view. */
  readonly welcome: string;
  /** The button below it. */
  readonly button: string;
  /** In the chat view, with the details. */
  readonly notice: string | RegExp;
  /** The button there. */
  readonly noticeButton: string;
}

describeEditor("A node that cannot start", (editor) => {
  let workbench: Workbench;
  let window: EditorWindow;
  let chat: ChatPane;
  /** A copy of the installed package, whose programs can be broken. */
  let extensions: string;
  const troubles = new Set<Trouble>();

  const welcome = () => window.sideBar.welcome;
  const expectWords = async (words: Words): Promise<void> => {
    await welcome().getByText(words.welcome).waitFor();
    await welcome().getByRole("button", { name: words.button }).waitFor();
    await chat.notice.filter({ hasText: words.notice }).waitFor();
    await chat.notice.getByRole("button", { name: words.noticeButton }).waitFor();
  };
  /** Stops the node, lets the trouble begin, and tries to start. */
  const meet = async <T extends Trouble>(begin: () => Promise<T>): Promise<T> => {
    if (workbench.node.runningPid !== undefined) await window.palette.run("Mesh: Stop Node");
    await welcome().getByText("The node is stopped").waitFor();
    const trouble = await begin();
    troubles.add(trouble);
    await welcome().getByRole("button", { name: "Start Node" }).click();
    return trouble;
  };
  const end = async (trouble: Trouble): Promise<void> => {
    troubles.delete(trouble);
    await trouble.mend();
  };
  /** Ends the trouble, and starts by the link that the view offers. */
  const mend = async (trouble: Trouble, link: string): Promise<void> => {
    await end(trouble);
    await welcome().getByText(link).click();
    await window.sideBar.row(demoModel).waitFor();
    await chat.notice.waitFor({ state: "detached" });
  };

  beforeAll(async () => {
    extensions = await mkdtemp(join(tmpdir(), "mesh-breakable-"));
    await cp(editor.extensions, extensions, { recursive: true });
    workbench = await editor.start({
      extensions,
      configuration: "gateway: { port: none }\n",
    });
    window = await workbench.openWindow();
    await window.sideBar.open(containerName);
    chat = await ChatPane.find(window);
  });
  afterAll(async () => {
    for (const trouble of troubles) await trouble.mend();
    await rm(extensions, { recursive: true, force: true });
  });

  test("because of its configuration names the setting, and opens the file", async () => {
    await expectWords({
      welcome: "its configuration file has a mistake",
      button: "Open Node Configuration",
      notice: /config\.yaml is not valid: gateway\.port/,
      noticeButton: "Open Configuration",
    });
    await expect.poll(() => window.statusWords(), patience).toContain("gateway.port");
    await window.screenshot("node-bad-configuration");
    await welcome().getByRole("button", { name: "Open Node Configuration" }).click();
    await window.page.locator(".view-line", { hasText: "port: none" }).waitFor();
    const path = join(workbench.node.folders.config, "config.yaml");
    await fileSays(path, configuration);
    await welcome().getByText("try again").click();
    await window.sideBar.row(demoModel).waitFor();
  });

  test("because a folder is in the way of its own names it, and starts when it is gone", async () => {
    const { cache } = workbench.node.folders;
    const trouble = await meet(() => fileInsteadOf(cache));
    await expectWords({
      welcome: "a folder that it needs cannot be used",
      button: "Show Log",
      notice: `The folder ${cache} cannot be written`,
      noticeButton: "Start Node",
    });
    await window.screenshot("node-folder-unwritable");
    await mend(trouble, "try again");
  });

  test("because its home is read-only says so", async () => {
    const trouble = await meet(() => readOnlyHome(workbench.node));
    await expectWords({
      welcome: "a folder that it needs cannot be used",
      button: "Show Log",
      notice: /The folder .*state cannot be written/,
      noticeButton: "Start Node",
    });
    await mend(trouble, "try again");
  });

  test("because its runtime folder is not its own says that it is not safe", async () => {
    const { runtime } = workbench.node.folders;
    const trouble = await meet(() => linkInsteadOf(runtime));
    await expectWords({
      welcome: "a folder that it needs cannot be used",
      button: "Show Log",
      notice: `The folder ${runtime} is not safe to use`,
      noticeButton: "Start Node",
    });
    await mend(trouble, "try again");
  });

  test("because all its ports are taken says which, and takes the next free one where there is one", async () => {
    const ports = await takePorts(21);
    const path = join(workbench.node.folders.config, "config.yaml");
    const configured = `gateway: { port: ${ports.first} }\nnode: { lingerSeconds: 2 }\n`;
    const setting = await meet(() => fileSays(path, configured));
    await expectWords({
      welcome: "no port is free for its gateway",
      button: "Open Node Configuration",
      notice: `No loopback port from ${ports.first} to ${ports.first + 20} is free`,
      noticeButton: "Open Configuration",
    });
    await mend({ mend: () => ports.keepFirst() }, "try again");
    const connection = await workbench.node.connect();
    expect((await workbench.node.status()).gateway.url).not.toContain(`:${ports.first}`);
    connection.dispose();
    await ports.mend();
    await end(setting);
  });

  test("because its state is of a newer version says so, and leaves the state as it is", async () => {
    const path = join(workbench.node.folders.state, "node.json");
    const newerState = '{"format":99,"content":{}}';
    const trouble = await meet(() => fileSays(path, newerState));
    await expectWords({
      welcome: "is of a newer version than this window",
      button: "Reload Window",
      notice: /node\.json was written by a newer version/,
      noticeButton: "Reload Window",
    });
    expect(await readFile(path, "utf8")).toBe(newerState);
    await end(trouble);
    await window.palette.run("Mesh: Start Node");
    await window.sideBar.row(demoModel).waitFor();
  });

  test("because it crashes each time is tried four times, and then not again by itself", async () => {
    const [installed = ""] = (await readdir(extensions)).filter((name) => name.startsWith("inference-mesh"));
    const trouble = await meet(() => crashingProgram(join(extensions, installed)));
    await expectWords({
      welcome: "ended unexpectedly several times",
      button: "Show Log",
      notice: "The node ended unexpectedly 4 times within 3 minutes.",
      noticeButton: "Start Node",
    });
    await window.screenshot("node-crashing");
    await mend(trouble, "start it once more");
  });

  test("beside one of a newer version says so, and starts once that has gone", async () => {
    const newer = protocolVersion + 1;
    const program = await buildFutureSidecar("newer-than-the-editor", newer);
    const client = { ...testClient, protocol: newer };
    const trouble = await meet(async () => {
      const { connection } = await workbench.node.attach(client, program);
      const { pid } = workbench.node;
      return {
        mend: async () => {
          await connection.request(nodeStop, { force: true });
          await isGone(pid);
        },
      };
    });
    await expectWords({
      welcome: "is of a newer version than this window",
      button: "Reload Window",
      notice: `The running node speaks protocol ${newer}; this client is older (${protocolVersion}).`,
      noticeButton: "Reload Window",
    });
    await end(trouble);
    await window.palette.run("Mesh: Start Node");
    await window.sideBar.row(demoModel).waitFor();
  });

  test("beside one of an older version starts as soon as that has made room", async () => {
    const older = protocolVersion - 1;
    const program = await buildFutureSidecar("older-than-the-editor", older);
    let oldPid = 0;
    await meet(async () => {
      await workbench.node.attach({ ...testClient, protocol: older }, program);
      oldPid = workbench.node.pid;
      return { mend: async () => undefined };
    });
    await window.sideBar.row(demoModel).waitFor();
    expect(await isGone(oldPid)).toBe(true);
    await expect.poll(() => workbench.node.runningPid, patience).not.toBe(oldPid);
  });

  test("leaves nothing behind, and no error of its own on the console", async () => {
    expect(window.ownErrors).toEqual([]);
    expect(await workbench.stop()).toEqual({ processes: [], files: [] });
  });
});
