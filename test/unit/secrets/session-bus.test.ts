import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { secretServiceProblem } from "../../../sidecar/secrets/keyring/secret-service-problem.ts";
import { sessionBusSocket } from "../../../sidecar/secrets/keyring/session-bus.ts";
import { useTemporaryFolder } from "../../support/temporary-folder.ts";

const folder = useTemporaryFolder();

describe("the session's bus", () => {
  it.each([
    ["unix:path=/run/user/1000/bus", "/run/user/1000/bus"],
    ["unix:path=/tmp/dbus-a%20b,guid=0123", "/tmp/dbus-a b"],
    ["unix:guid=0123,path=/tmp/x", "/tmp/x"],
    ["unix:abstract=/tmp/dbus-1,guid=0123", "\0/tmp/dbus-1"],
    ["tcp:host=localhost,port=1;unix:path=/tmp/y", "/tmp/y"],
    ["autolaunch:", undefined],
    ["", undefined],
  ])("named %j is at %j", (address, socket) =>
    expect(sessionBusSocket({ DBUS_SESSION_BUS_ADDRESS: address })).toBe(socket),
  );

  it("is where systemd puts it when nobody has named it, if there is one", () => {
    expect(sessionBusSocket({ XDG_RUNTIME_DIR: folder.path })).toBeUndefined();
    writeFileSync(folder.join("bus"), "");
    expect(sessionBusSocket({ XDG_RUNTIME_DIR: folder.path })).toBe(folder.join("bus"));
    expect(sessionBusSocket({})).toBeUndefined();
  });
});

describe("a bus (stand-in) that is none", () => {
  let server: Server | undefined;
  afterEach(() => void server?.close());

  it.each([
    ["refuses this user", "REJECTED EXTERNAL\r\n"],
    ["says nothing that could be read", "HTTP/1.1 400 Bad Request\r\n\r\n"],
    ["welcomes, and then sends noise", `OK 0123\r\n${"\xff".repeat(64)}`],
    ["welcomes, and then sends a message without end", `OK 0123\r\nl\x02\x00\x01\xff\xff\xff\x7f${"\0".repeat(64)}`],
    ["hangs up", ""],
  ])("%s: there is no keyring", async (_what, words) => {
    server = createServer((socket) => {
      socket.on("error", () => undefined);
      if (words === "") socket.destroy();
      else socket.write(Buffer.from(words, "latin1"));
    });
    server.listen(folder.join("bus"));
    await once(server, "listening");
    const env = { DBUS_SESSION_BUS_ADDRESS: `unix:path=${folder.join("bus")}` };
    expect(await secretServiceProblem(env)).toBe("no-service");
  });
});
