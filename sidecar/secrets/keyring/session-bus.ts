import { existsSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { join } from "node:path";

/** A method without arguments, or with texts alone. */
export interface BusCall {
  readonly destination: string;
  readonly path: string;
  readonly interface: string;
  readonly member: string;
  readonly texts?: readonly string[];
}

const typeReturn = 2;
/** Asking whether a service can be used must not start it: one that starts may ask a person to set it up. */
const noAutoStart = 2;
const maxReplyBytes = 1024 * 1024;

/** The socket of the session's D-Bus as Node.js connects to it, or undefined where there is no session. */
export function sessionBusSocket(env: NodeJS.ProcessEnv): string | undefined {
  const { DBUS_SESSION_BUS_ADDRESS: address, XDG_RUNTIME_DIR: runtime } = env;
  for (const part of (address ?? "").split(";")) {
    const [, kind, value] = /^unix:(?:[^,]*,)*?(path|abstract)=([^,]+)/.exec(part) ?? [];
    if (kind === undefined || value === undefined) continue;
    const name = decodeURIComponent(value);
    return kind === "path" ? name : `\0${name}`;
  }
  const usual = runtime ? join(runtime, "bus") : undefined;
  return address || usual === undefined || !existsSync(usual) ? undefined : usual;
}

/**
 * As much of D-Bus as two questions take: calls with texts, answered one after another. The keyring's library cannot be asked
 * whether it would have to show a person a question, and shows it.
 */
export class SessionBus {
  readonly #socket: Socket;
  #received = Buffer.alloc(0);
  #serial = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** @throws Error when nobody listens there, or refuses this user */
  static async open(path: string): Promise<SessionBus> {
    const socket = createConnection(path);
    const bus = new SessionBus(socket);
    const uid = Buffer.from(String(process.getuid?.() ?? 0), "latin1").toString("hex");
    socket.write(`\0AUTH EXTERNAL ${uid}\r\n`);
    const welcome = await bus.#take((bytes) => lineLength(bytes));
    if (!welcome.toString("latin1").startsWith("OK ")) throw new Error("refused");
    socket.write("BEGIN\r\n");
    const service = "org.freedesktop.DBus";
    await bus.call({ destination: service, path: "/org/freedesktop/DBus", interface: service, member: "Hello" });
    return bus;
  }

  /** @returns the body of the answer; its types are the method's. @throws Error for an error, or when the bus goes away */
  async call(call: BusCall): Promise<Buffer> {
    const serial = ++this.#serial;
    this.#socket.write(messageOf(call, serial));
    for (;;) {
      const message = await this.#take(messageLength);
      // Signals may come in between.
      if (replySerial(message) !== serial) continue;
      if (message[1] !== typeReturn) throw new Error("the call failed");
      return message.subarray(bodyStart(message));
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /** What comes next, once it is whole. `lengthOf` says how long that is, or undefined while that cannot be told. */
  async #take(lengthOf: (bytes: Buffer) => number | undefined): Promise<Buffer> {
    for (;;) {
      const length = lengthOf(this.#received);
      if (length !== undefined && length > maxReplyBytes) throw new Error("too long");
      if (length !== undefined && this.#received.length >= length) {
        const taken = this.#received.subarray(0, length);
        this.#received = this.#received.subarray(length);
        return taken;
      }
      this.#received = Buffer.concat([this.#received, await nextBytes(this.#socket)]);
    }
  }
}

async function nextBytes(socket: Socket): Promise<Buffer> {
  return await new Promise((resolve, reject) => {
    const settle = (run: () => void) => (): void => {
      socket.off("readable", onReadable).off("error", onEnd).off("close", onEnd);
      run();
    };
    const onEnd = settle(() => reject(new Error("the bus went away")));
    const onReadable = (): void => {
      const bytes: Buffer | null = socket.read();
      if (bytes !== null) settle(() => resolve(bytes))();
    };
    socket.on("readable", onReadable).on("error", onEnd).on("close", onEnd);
    onReadable();
  });
}

function lineLength(bytes: Buffer): number | undefined {
  const end = bytes.indexOf("\r\n");
  return end === -1 ? undefined : end + 2;
}

const aligned = (offset: number, to: number): number => Math.ceil(offset / to) * to;

/** Fixed header (12), length of the fields (4), fields, padding to 8, body; little-endian, as we ask and buses answer. */
function bodyStart(message: Buffer): number {
  return aligned(16 + message.readUInt32LE(12), 8);
}

function messageLength(bytes: Buffer): number | undefined {
  if (bytes.length < 16) return undefined;
  if (bytes[0] !== 0x6c) throw new Error("not little-endian");
  return bodyStart(bytes) + bytes.readUInt32LE(4);
}

/** The call that a message answers; each field is its number, a signature of one letter, and the value. */
function replySerial(message: Buffer): number | undefined {
  const end = 16 + message.readUInt32LE(12);
  for (let offset = 16; offset < end; ) {
    const start = aligned(offset, 8);
    const type = String.fromCharCode(message[start + 2] ?? 0);
    const value = start + 4;
    if (message[start] === 5) return message.readUInt32LE(value);
    offset = type === "g" ? value + 2 + message.readUInt8(value) : value + 4;
    if (type === "s" || type === "o") offset += message.readUInt32LE(value) + 1;
  }
  return undefined;
}

function messageOf({ texts = [], ...call }: BusCall, serial: number): Buffer {
  const body = texts.reduce((bytes, text) => Buffer.concat([padded(bytes, 4), textBytes(text)]), Buffer.alloc(0));
  const fields: [number: number, type: string, value: Buffer][] = [
    [1, "o", textBytes(call.path)],
    [2, "s", textBytes(call.interface)],
    [3, "s", textBytes(call.member)],
    [6, "s", textBytes(call.destination)],
  ];
  if (texts.length > 0)
    fields.push([8, "g", Buffer.from(`${String.fromCharCode(texts.length)}${"s".repeat(texts.length)}\0`)]);
  let list = Buffer.alloc(0);
  for (const [number, type, value] of fields) {
    list = Buffer.concat([padded(list, 8), Buffer.from([number, 1, type.charCodeAt(0), 0]), value]);
  }
  const head = Buffer.alloc(16);
  head.write("l", 0, "latin1");
  head[1] = 1;
  head[2] = noAutoStart;
  head[3] = 1;
  head.writeUInt32LE(body.length, 4);
  head.writeUInt32LE(serial, 8);
  head.writeUInt32LE(list.length, 12);
  return Buffer.concat([padded(Buffer.concat([head, list]), 8), body]);
}

const padded = (bytes: Buffer, to: number): Buffer => Buffer.concat([bytes], aligned(bytes.length, to));

function textBytes(text: string): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(Buffer.byteLength(text));
  return Buffer.concat([length, Buffer.from(`${text}\0`)]);
}
