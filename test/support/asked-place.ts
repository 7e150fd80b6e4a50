import type { AskedPlace } from "../../extension/chat/attachments/asked-place.ts";

/** A model that is in this machine's memory, but for what the test says of it. */
export const placeToAsk = (part: Partial<AskedPlace>): AskedPlace => ({
  model: "m",
  label: "M",
  wishes: {},
  contextTokens: 1_000,
  seesImages: false,
  isAnyModel: false,
  countsHere: true,
  ...part,
});
