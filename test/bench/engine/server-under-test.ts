/** One of the two that are compared, running, with the model loaded. */
export interface ServerUnderTest {
  readonly name: string;
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Every process that takes part in an answer. */
  readonly pids: readonly number[];
  /** The one among them that holds the model. */
  readonly modelPid: number;
  dispose(): Promise<void>;
}

/** What both get alike. */
export interface ServerSettings {
  readonly modelPath: string;
  readonly threads: number;
  /** Conversations at once. */
  readonly parallel: number;
  /** Of one conversation. */
  readonly contextTokens: number;
  readonly signal: AbortSignal;
}

/** The most tokens that one step evaluates: the engine's value, given to llama-server too. */
export const batchTokens = 512;

/** What both call the model. */
export const modelId = "bench";
