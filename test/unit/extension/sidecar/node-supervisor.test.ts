import { describe, expect, it } from "vitest";
import { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { NodeState } from "../../../../extension/sidecar/node-state.ts";
import { NodeSupervisor } from "../../../../extension/sidecar/node-supervisor.ts";
import { FakeNodeConnection } from "../../../support/fake-node-connection.ts";
import { WindowLog } from "../../../support/window-log.ts";

const where = { socketPath: "/s", tokenFile: "/t", pid: 1, protocol: 1, version: "1.0.0" };
const crash = () => new MeshError("node_start_failed", { reason: "the process ended (code 1)." });

interface Script {
  /** One outcome per attempt; the last one repeats. */
  attach?: (() => Promise<typeof where>)[];
  connect?: () => Promise<FakeNodeConnection>;
  isTrusted?: boolean;
}

/** A supervisor whose node and time are the test's. */
function setUp(script: Script = {}) {
  const states: NodeState["kind"][] = [];
  const waits: number[] = [];
  const connections: FakeNodeConnection[] = [];
  const attempts = script.attach ?? [async () => where];
  let attempt = 0;
  let nowMs = 0;
  let isTrusted = script.isTrusted ?? true;
  const connect = async (): Promise<FakeNodeConnection> => {
    const connection = script.connect ? await script.connect() : new FakeNodeConnection({ "node/stop": () => ({}) });
    connections.push(connection);
    return connection;
  };
  const supervisor = new NodeSupervisor({
    attach: async () => await (attempts[Math.min(attempt++, attempts.length - 1)] ?? (async () => where))(),
    connect,
    isTrusted: () => isTrusted,
    clock: {
      now: () => nowMs,
      wait: async (ms) => {
        waits.push(ms);
        nowMs += ms;
        await new Promise((resolve) => setImmediate(resolve));
      },
    },
    log: new WindowLog(),
  });
  supervisor.onDidChangeState((state) => states.push(state.kind));
  return {
    supervisor,
    states,
    waits,
    connections,
    attempts: () => attempt,
    pass: (ms: number) => {
      nowMs += ms;
    },
    trust: () => {
      isTrusted = true;
      supervisor.trust();
    },
    last: () => {
      const connection = connections.at(-1);
      if (connection === undefined) throw new Error("no connection was made");
      return connection;
    },
  };
}
const settled = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
};

describe("starting", () => {
  it("attaches once, however many ask", async () => {
    const test = setUp();
    const [a, b] = await Promise.all([test.supervisor.start(), test.supervisor.start()]);
    expect(a).toBe(b);
    expect(await test.supervisor.start()).toBe(a);
    expect(test.attempts()).toBe(1);
    expect(test.states).toEqual(["starting", "ready"]);
  });

  it("fails with the cause, without trying again, when trying again cannot help", async () => {
    const cause = new MeshError("folder_unwritable", { path: "/x", reason: "EACCES" });
    const test = setUp({ attach: [() => Promise.reject(cause)] });
    await expect(test.supervisor.start()).rejects.toBe(cause);
    expect(test.supervisor.state).toEqual({ kind: "failed", error: cause });
    expect(test.attempts()).toBe(1);
  });

  it("gives up after four crashes at start, with a plain message", async () => {
    const test = setUp({ attach: [() => Promise.reject(crash())] });
    await expect(test.supervisor.start()).rejects.toMatchObject({ code: "node_crashing" });
    expect(test.attempts()).toBe(4);
    expect(test.waits).toEqual([0, 500, 2_000]);
    expect(test.supervisor.state.kind).toBe("crashed");
  });

  it("does not repeat a start that hangs", async () => {
    const test = setUp({
      attach: [
        () => {
          test.pass(20_000);
          return Promise.reject(crash());
        },
      ],
    });
    await expect(test.supervisor.start()).rejects.toMatchObject({ code: "node_start_failed" });
    expect(test.attempts()).toBe(1);
    expect(test.supervisor.state.kind).toBe("failed");
  });

  it("recovers when a later attempt succeeds", async () => {
    const test = setUp({ attach: [() => Promise.reject(crash()), async () => where] });
    await test.supervisor.start();
    expect(test.supervisor.state.kind).toBe("ready");
  });

  it("is refused while the folder is not trusted, and possible afterwards", async () => {
    const test = setUp({ isTrusted: false });
    expect(test.supervisor.state.kind).toBe("restricted");
    await expect(test.supervisor.start()).rejects.toMatchObject({ code: "workspace_not_trusted" });
    expect(test.attempts()).toBe(0);
    test.trust();
    await test.supervisor.start();
    expect(test.supervisor.state.kind).toBe("ready");
  });
});

describe("the end of the node", () => {
  it("without a word is a crash: it is started again", async () => {
    const test = setUp();
    await test.supervisor.start();
    test.last().end(false);
    await settled();
    expect(test.states).toEqual(["starting", "ready", "starting", "ready"]);
    expect(test.connections).toHaveLength(2);
  });

  it("four times within three minutes is the last one", async () => {
    const test = setUp();
    await test.supervisor.start();
    for (let crashes = 0; crashes < 4; crashes++) {
      test.last().end(false);
      await settled();
    }
    expect(test.supervisor.state).toMatchObject({ kind: "crashed", error: { code: "node_crashing" } });
    await test.supervisor.start();
    expect(test.supervisor.state.kind).toBe("ready");
  });

  it("on purpose is no crash: nothing is started", async () => {
    const test = setUp({
      connect: async () => {
        if (test.connections.length === 0) return new FakeNodeConnection();
        throw new MeshError("node_not_running", {});
      },
    });
    await test.supervisor.start();
    test.last().end(true);
    await settled();
    expect(test.supervisor.state.kind).toBe("stopped");
    expect(test.attempts()).toBe(1);
  });

  it("on purpose by another window's restart: this window joins the new node", async () => {
    let looks = 0;
    const test = setUp({
      connect: async () => {
        if (looks++ === 0 || looks > 3) return new FakeNodeConnection();
        throw new MeshError("node_not_running", {});
      },
    });
    await test.supervisor.start();
    test.last().end(true);
    await settled();
    expect(test.states).toEqual(["starting", "ready", "stopped", "ready"]);
    expect(test.attempts()).toBe(1);
  });

  it("is asked for by stop, which waits for it", async () => {
    const test = setUp({
      connect: async () => {
        const connection: FakeNodeConnection = new FakeNodeConnection({
          "node/stop": () => void setImmediate(() => connection.end(true)),
        });
        return connection;
      },
    });
    await test.supervisor.start();
    await test.supervisor.stop(false);
    expect(test.supervisor.state.kind).toBe("stopped");
    await settled();
    expect(test.connections, "nobody looks for a node that this window has stopped").toHaveLength(1);
    await test.supervisor.restart(false);
    expect(test.supervisor.state.kind).toBe("ready");
  });

  it("is called off when others use it", async () => {
    const refusal = new MeshError("node_in_use", { otherClients: 1 });
    const answers = { "node/stop": () => Promise.reject(refusal) };
    const test = setUp({ connect: async () => new FakeNodeConnection(answers) });
    await test.supervisor.start();
    await expect(test.supervisor.stop(false)).rejects.toBe(refusal);
    test.last().end(false);
    await settled();
    expect(test.states.at(-1), "a later end is a crash again").toBe("ready");
  });
});

describe("disposing", () => {
  it("leaves the node and says nothing more", async () => {
    const test = setUp();
    await test.supervisor.start();
    test.supervisor.dispose();
    test.last().end(false);
    await settled();
    expect(test.last().isDisposed).toBe(true);
    expect(test.states).toEqual(["starting", "ready"]);
  });
});
