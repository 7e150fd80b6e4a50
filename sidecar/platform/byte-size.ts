/** A size for people, in powers of 1000 as file managers write it. */
export function formatByteSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const exponent = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** exponent;
  return `${exponent === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[exponent]}`;
}
