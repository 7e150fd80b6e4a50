import type { CommandContext } from "./command.ts";

/** Says what is missing on the command line. Returns the exit status. */
export function missingArgument(context: CommandContext, command: string, what: string): number {
  context.note(`Name ${what}. See: inference-mesh ${command} --help\n`);
  return 2;
}
