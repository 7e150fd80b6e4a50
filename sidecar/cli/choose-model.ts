import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { ModelSummary } from "../../contract/mesh/model.ts";

/**
 * The model for a chat that names none: one that is loaded, before those that must be loaded first. Of these, `best`
 * takes a real one before a demo, and `quick` the demo before real ones, which may take minutes to read.
 *
 * @throws MeshError `unknown_model` when nothing can chat
 */
export function chooseModel(models: readonly ModelSummary[], prefer: "best" | "quick"): ModelSummary {
  const usable = models.filter((model) => model.canChat && model.state !== "failed");
  const isLoaded = (model: ModelSummary): number => (model.state === "loaded" ? 0 : 1);
  const isDemo = (model: ModelSummary): number => (model.isDemo ? 1 : 0);
  const [chosen] = usable.sort(
    (a, b) =>
      isLoaded(a) - isLoaded(b) ||
      (prefer === "best" ? isDemo(a) - isDemo(b) : isDemo(b) - isDemo(a)) ||
      a.sizeBytes - b.sizeBytes,
  );
  if (chosen === undefined) {
    throw new MeshError("unknown_model", { model: "any", available: models.map((model) => model.id) });
  }
  return chosen;
}
