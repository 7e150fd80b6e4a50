import { addModelFile } from "./add-model-file.ts";
import type { Command } from "./command.ts";
import { loadIntoMemory } from "./load-into-memory.ts";
import { pickModel } from "./pick-model.ts";

export const loadModel: Command = async (services, argument) => {
  const { t } = services;
  const model = await pickModel(services, {
    title: t("Load a model into memory"),
    isOffered: (each) => each.problem === null && each.state !== "loaded",
    other: t("Add a model file…"),
  });
  if (model === "none") return;
  if (model === undefined) await addModelFile(services, argument);
  else await loadIntoMemory(services, model.id, model.displayName);
};
