import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ToolCallPiece } from "../../contract/rpc/chat.ts";

export interface CollectedCall {
  readonly id: string;
  readonly name: string;
  readonly input: object;
}

/** The calls of one answer, put together from their pieces. The editor takes whole calls only. */
export class CollectedCalls {
  readonly #calls = new Map<number, { id: string; name: string; text: string }>();
  readonly #newId: () => string;
  readonly #model: string;

  /** @param newId names calls that their place gives no name */
  constructor(model: string, newId: () => string) {
    this.#model = model;
    this.#newId = newId;
  }

  add({ index, id, name, arguments: text }: ToolCallPiece): void {
    const call = this.#calls.get(index) ?? { id: "", name: "", text: "" };
    this.#calls.set(index, { id: id ?? call.id, name: name ?? call.name, text: call.text + text });
  }

  /** In the order of their numbers. @throws MeshError when the arguments of one are no JSON object */
  finish(): CollectedCall[] {
    const inOrder = [...this.#calls].sort(([left], [right]) => left - right).map(([, call]) => call);
    return inOrder.map(({ id, name, text }) => ({
      id: id === "" ? this.#newId() : id,
      name,
      input: this.#read(text),
    }));
  }

  /** A function without parameters may be called without a word. */
  #read(text: string): object {
    try {
      const input: unknown = JSON.parse(text.trim() === "" ? "{}" : text);
      if (typeof input === "object" && input !== null && !Array.isArray(input)) return input;
    } catch {
      // Told below: what the text is instead is nobody's business in an error.
    }
    throw new MeshError("call_arguments_invalid", { model: this.#model });
  }
}
