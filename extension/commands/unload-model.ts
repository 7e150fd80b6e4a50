import type { Command } from "./command.ts";
import { pickModel } from "./pick-model.ts";
import { unloadFromMemory } from "./unload-from-memory.ts";

export const unloadModel: Command = async (services) => {
  const model = await pickModel(services, {
    title: services.t("Free a model's memory"),
    isOffered: (each) => each.state === "loaded",
  });
  if (model !== "none" && model !== undefined) await unloadFromMemory(services, model);
};
