import * as z from "zod";

/** What can be asked of one thing. The view names an action, never a command; the extension confirms what is lost. */
export const thingActionSchema = z.enum([
  "checkNow",
  "enable",
  "disable",
  "drain",
  "edit",
  "remove",
  "copyAddress",
  "chat",
  "compare",
  "load",
  "unload",
]);
export type ThingAction = z.infer<typeof thingActionSchema>;

/** What can be asked for without a thing. */
export const meshViewActionSchema = z.enum(["checkAll", "addBackend", "startNode", "showLog", "openConfiguration"]);
export type MeshViewAction = z.infer<typeof meshViewActionSchema>;
