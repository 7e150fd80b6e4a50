/** A short reason for an error parameter: the system's code where there is one, else the message's first line. */
export function errorReason(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return code ?? error.message.split("\n", 1)[0] ?? error.name;
}
