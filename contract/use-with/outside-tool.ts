/** The dialects of the gateway that tools speak. */
export type ToolDialect = "openai-chat" | "openai-responses" | "anthropic-messages";

/** What a person's settings of a tool are made from. */
export interface ToolPlace {
  /** Of the gateway, without a path: `http://127.0.0.1:6374`. */
  readonly gateway: string;
  /** As requests name it. A server may have given it any name. */
  readonly model: string;
  /** Of one conversation, where the mesh tells it. */
  readonly contextTokens: number | null;
  /** The key, or words that stand for it. */
  readonly key: string;
  /** What is pasted into a terminal is written for this shell. */
  readonly shell: "sh" | "powershell";
}

/** Something to paste. */
export interface ToolSnippet {
  /** The file that it is the content of; null for a terminal. */
  readonly file: string | null;
  readonly text: string;
}

/** A request as the tool sends it, with a short question. */
export interface ToolRequest {
  /** Behind the gateway's address. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: object;
}

/** A program outside the editor that can use the mesh's models. Its words are English, and translated where they are shown. */
export interface OutsideTool {
  readonly id: string;
  readonly label: string;
  /** What it is good for, in one line. */
  readonly purpose: string;
  readonly dialect: ToolDialect;
  /** What is entered as its address. */
  readonly address: (gateway: string) => string;
  readonly needs: {
    /** The least context with which it is of use, in tokens: what it says of itself and its tools fills most of less. */
    readonly contextTokens: number;
    /** Whether it works by calling functions. */
    readonly tools: boolean;
  };
  /** What to do, in order. `{address}` and `{model}` stand for what is entered. */
  readonly steps: readonly string[];
  readonly snippets: (place: ToolPlace) => readonly ToolSnippet[];
  readonly request: (model: string) => ToolRequest;
}
