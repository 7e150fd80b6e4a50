import type { ServerProgram } from "./server-program.ts";

/**
 * mlx_lm.server: Python's own HTTP server, and a list whose models belong to nobody. It tells neither load nor context, and
 * its `/health` always says yes. It lists what the machine has in its cache, and loads what is asked for.
 */
export const mlx: ServerProgram = {
  id: "mlx",
  recognise: ({ headers, models }) => {
    const isPython = /^BaseHTTP\/\S+ Python\//.test(headers.get("server") ?? "");
    const hasOwners = models.some(({ ownedBy, createdAt }) => ownedBy !== null || createdAt === undefined);
    return isPython && models.length > 0 && !hasOwners ? "yes" : "no";
  },
};
