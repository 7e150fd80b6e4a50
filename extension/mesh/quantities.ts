/** Sizes as file managers write them: powers of 1000, two significant figures at least. */
export function byteSize(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const exponent = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** exponent;
  return `${value >= 10 || exponent === 0 ? Math.round(value) : value.toFixed(1)} ${units[exponent]}`;
}

/** A time that people compare: milliseconds below one second, else seconds with one figure after the point. */
export function milliseconds(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

/** A moment of today as a clock shows it, in the reader's own time. */
export function timeOfDay(isoMoment: string): string {
  return new Date(isoMoment).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit" });
}
