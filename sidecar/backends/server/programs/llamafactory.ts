import { isOwnedBy, type ServerProgram } from "./server-program.ts";

/** LlamaFactory's `api`: it has a list and nothing else to ask, not even `/health`, and listens when its model is loaded. */
export const llamaFactory: ServerProgram = {
  id: "llamafactory",
  recognise: (traces) => isOwnedBy(traces, "owner"),
};
