import type * as z from "zod";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { CommandContext } from "./command.ts";

/** A flag's value, or undefined when it was not given. @throws MeshError `invalid_field` */
export function parseFlag<S extends z.ZodType>(
  { flags }: Pick<CommandContext, "flags">,
  name: string,
  schema: S,
): z.infer<S> | undefined {
  const value = flags[name];
  if (value === undefined) return undefined;
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new MeshError("invalid_field", { field: `--${name}`, problem: parsed.error.issues[0]?.message ?? "not valid" });
}
