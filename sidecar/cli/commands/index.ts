import type { Command } from "../command.ts";
import { acceleratorsCommand } from "./accelerators.ts";
import { aliasesCommand } from "./aliases.ts";
import { attachCommand } from "./attach.ts";
import { backendsCommand } from "./backends.ts";
import { chatCommand } from "./chat.ts";
import { configCommand } from "./config.ts";
import { doctorCommand } from "./doctor.ts";
import { forgetCommand } from "./forget.ts";
import { importCommand } from "./import.ts";
import { keysCommand } from "./keys.ts";
import { loadCommand } from "./load.ts";
import { mcpCommand } from "./mcp.ts";
import { modelsCommand } from "./models.ts";
import { pullCommand } from "./pull.ts";
import { requestsCommand } from "./requests.ts";
import { rmCommand } from "./rm.ts";
import { routesCommand } from "./routes.ts";
import { serveCommand } from "./serve.ts";
import { startCommand } from "./start.ts";
import { statusCommand } from "./status.ts";
import { stopCommand } from "./stop.ts";
import { unloadCommand } from "./unload.ts";
import { useWithCommand } from "./use-with.ts";

/** Every command, in the order of the help. A new one is a new file and a line here. */
export const commands: Readonly<Record<string, Command>> = {
  start: startCommand,
  serve: serveCommand,
  status: statusCommand,
  models: modelsCommand,
  pull: pullCommand,
  import: importCommand,
  rm: rmCommand,
  load: loadCommand,
  unload: unloadCommand,
  forget: forgetCommand,
  chat: chatCommand,
  routes: routesCommand,
  requests: requestsCommand,
  backends: backendsCommand,
  aliases: aliasesCommand,
  keys: keysCommand,
  "use-with": useWithCommand,
  config: configCommand,
  mcp: mcpCommand,
  stop: stopCommand,
  accelerators: acceleratorsCommand,
  doctor: doctorCommand,
  attach: attachCommand,
};
