import type { InformationRoute } from "../dialect.ts";
import { digestOf, placesOf, unknownDetails } from "./model-details.ts";
import { contextTokensOf } from "./model-name.ts";
import { ollamaErrors } from "./ollama-errors.ts";

/** A model stays as long as nobody needs its room: there is no moment that could be told. */
const noEnd = "9999-12-31T23:59:59Z";

/** `GET /api/ps`: the models that some place says it has loaded. */
export const ollamaPs: InformationRoute = {
  method: "GET",
  path: "/api/ps",
  answer: async (_body, models) => {
    const loaded = (await models.names()).filter((name) =>
      placesOf(name, models).some(({ state }) => state === "loaded"),
    );
    return {
      models: loaded.map((name) => ({
        name,
        model: name,
        size: 0,
        digest: digestOf(placesOf(name, models)),
        details: unknownDetails,
        expires_at: noEnd,
        size_vram: 0,
        context_length: contextTokensOf(name, models) ?? 0,
      })),
    };
  },
  errors: ollamaErrors,
};
