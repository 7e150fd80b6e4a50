import { element } from "./element.ts";

/** Something is on its way; the words beside it say what. */
export const busySign = (): HTMLElement =>
  element("span", { className: "busy", attributes: { "aria-hidden": "true" } });
