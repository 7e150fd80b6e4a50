import type * as z from "zod";

interface EditorApi {
  postMessage(message: unknown): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): EditorApi;

export interface EditorPortOptions<In extends z.ZodType, State extends z.ZodType> {
  readonly accepts: In;
  readonly state: State;
}

/** This page's line to the extension, and what it keeps for its next life: the editor throws hidden pages away. */
export class EditorPort<In extends z.ZodType, Out, State extends z.ZodType> {
  readonly #api = acquireVsCodeApi();
  readonly #options: EditorPortOptions<In, State>;

  constructor(options: EditorPortOptions<In, State>) {
    this.#options = options;
  }

  send(message: Out): void {
    this.#api.postMessage(message);
  }

  /** Messages that are not in the contract are dropped: other scripts of the workbench can post here too. */
  onMessage(handle: (message: z.infer<In>) => void): void {
    addEventListener("message", (event: MessageEvent<unknown>) => {
      const parsed = this.#options.accepts.safeParse(event.data);
      if (parsed.success) handle(parsed.data);
    });
  }

  get state(): z.infer<State> | undefined {
    return this.#options.state.safeParse(this.#api.getState()).data;
  }
  set state(state: z.infer<State>) {
    this.#api.setState(state);
  }
}
