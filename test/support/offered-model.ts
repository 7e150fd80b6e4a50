import type { OfferedModel } from "../../extension/native/offered-models.ts";

/** A server's model that only chats, but for what the test says of it. */
export const offeredModel = (part: Partial<OfferedModel>): OfferedModel => ({
  id: "m",
  name: "M",
  detail: "",
  tooltip: "",
  model: "m",
  contextTokens: 8192,
  knowsTools: false,
  seesImages: false,
  isOwn: false,
  ...part,
});
