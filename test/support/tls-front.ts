import { once } from "node:events";
import { type AddressInfo, connect } from "node:net";
import { createServer, type Server, type TLSSocket } from "node:tls";
import type { KeyPair } from "./test-certificates.ts";

/** TLS in front of a plain server on this machine, with a certificate that can be changed while it runs. */
export class TlsFront {
  readonly #server: Server;
  readonly #sockets = new Set<TLSSocket>();

  private constructor(server: Server, port: number) {
    this.#server = server;
    server.on("secureConnection", (socket) => {
      this.#sockets.add(socket);
      const onward = connect(port, "127.0.0.1");
      socket.pipe(onward).pipe(socket);
      socket.on("error", () => onward.destroy());
      socket.on("close", () => onward.destroy());
      onward.on("error", () => socket.destroy());
    });
    // Who does not trust it hangs up, which is what some tests are about.
    server.on("tlsClientError", () => undefined);
  }

  static async start(pair: KeyPair, port: number): Promise<TlsFront> {
    const server = createServer(pair);
    const front = new TlsFront(server, port);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return front;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** Open connections go too: they were made with the certificate before. */
  show(pair: KeyPair): void {
    this.#server.setSecureContext(pair);
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  async dispose(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
