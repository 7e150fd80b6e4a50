/** What lines of a suite in the extension host begin with. */
export const toldPrefix = "[suite] ";
