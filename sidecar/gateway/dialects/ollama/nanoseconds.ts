/** Durations are in nanoseconds in this dialect. */
export const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6);
