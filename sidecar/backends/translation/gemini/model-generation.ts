/**
 * Whether a model is of the second generation or older. Those take a number of tokens to think with and need no signature
 * back; later ones take a level, and refuse calls that come back without one.
 */
export const isUpToSecond = (model: string): boolean => /^gemini-[12][.-]/.test(model);
