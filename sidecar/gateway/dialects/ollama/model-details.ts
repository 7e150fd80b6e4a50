import type { ModelCapability } from "../../../../contract/mesh/model-capability.ts";
import type { BackendModel } from "../../../backends/backend.ts";
import type { ModelView } from "../dialect.ts";

/** Ollama's names for what a model can do. It has none for ranking, and its own for filling in is a call that is not taken here. */
const capabilityNames: Readonly<Record<ModelCapability, string | null>> = {
  chat: "completion",
  tools: "tools",
  reasoning: "thinking",
  vision: "vision",
  embeddings: "embedding",
  rerank: null,
  infill: null,
};

/** Nobody tells when a model was changed; the OpenAI list says 0 for the same reason. */
export const unknownTime = "1970-01-01T00:00:00Z";

/** What a model's file is like. The router knows models of other machines as well, and of those nothing of the kind. */
export const unknownDetails = {
  parent_model: "",
  format: "",
  family: "",
  families: [],
  parameter_size: "",
  quantization_level: "",
};

/** Every place of a name that has not been turned off. */
export const placesOf = (name: string, { backends }: ModelView): BackendModel[] =>
  backends
    .filter(({ settings }) => settings.isEnabled)
    .flatMap((backend) => backend.models())
    .filter(({ id }) => id === name);

/** What some place of the model can do. Where nobody says, it is only known that it can be asked. */
export function capabilitiesOf(places: readonly BackendModel[]): string[] {
  const known = places.flatMap(({ capabilities }) => capabilities ?? []);
  if (known.length === 0) return ["completion"];
  return [...new Set(known.map((capability) => capabilityNames[capability]))].filter((name) => name !== null);
}

/** The digest of the model's file, in hexadecimal; empty where it is not known or several are meant. */
export function digestOf(places: readonly BackendModel[]): string {
  const digests = new Set(places.map(({ artifact }) => /^sha256:([0-9a-f]{64})/.exec(artifact ?? "")?.[1] ?? ""));
  return digests.size === 1 ? ([...digests][0] ?? "") : "";
}
