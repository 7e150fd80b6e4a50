import type { ModelState } from "../../contract/mesh/model.ts";
import { printable } from "./model-line.ts";

interface RemoteModel {
  readonly model: string;
  readonly backend: string;
  /** Null where the machine does not tell. */
  readonly state: ModelState | null;
}

/** One line about a model on another machine, for terminals. */
export const remoteModelLine = ({ model, backend, state }: RemoteModel): string =>
  printable(`${model}  ${state ?? "done"}  at ${backend}`);
