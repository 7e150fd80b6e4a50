import type * as z from "zod";
import type { Disposable, Event } from "../platform/emitter.ts";
import type { Log } from "../platform/log.ts";

/** The part of a webview that carries messages. */
export interface MessagePort {
  readonly onDidReceiveMessage: Event<unknown>;
  postMessage(message: unknown): PromiseLike<boolean>;
}

export interface WebviewBridgeOptions<In extends z.ZodType> {
  /** What the page may say; anything else is refused and logged, without its content. */
  readonly accepts: In;
  readonly handle: (message: z.infer<In>) => void;
  readonly log: Log;
}

/** One webview's typed messages. What arrives is parsed; what leaves is checked by the compiler and by the page. */
export class WebviewBridge<In extends z.ZodType, Out> implements Disposable {
  readonly #port: MessagePort;
  readonly #messages: Disposable;
  #isDisposed = false;

  constructor(port: MessagePort, options: WebviewBridgeOptions<In>) {
    this.#port = port;
    this.#messages = port.onDidReceiveMessage((message) => {
      const parsed = options.accepts.safeParse(message);
      if (parsed.success) options.handle(parsed.data);
      else options.log.warn("A message from a view was refused: it is not in the contract.");
    });
  }

  send(message: Out): void {
    // False when the page is hidden: it asks for everything when it comes back.
    if (!this.#isDisposed) void this.#port.postMessage(message);
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#messages.dispose();
  }
}
