import type { Translate } from "../../extension/platform/translate.ts";

/** English, as the editor does it: `{name}` becomes the value. */
export const english: Translate = (message, values = {}) =>
  message.replace(/\{(\w+)\}/g, (whole, name: string) => (name in values ? String(values[name]) : whole));
