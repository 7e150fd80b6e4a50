const powers: Readonly<Record<string, number>> = {
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
};

/** Reads `50 GB`, `1.5TiB` or a plain number of bytes; undefined for anything else. */
export function parseByteSize(text: string): number | undefined {
  const groups = /^(?<number>\d+(\.\d+)?)\s*(?<unit>[a-z]*)$/i.exec(text.trim())?.groups;
  const power = powers[(groups?.unit || "b").toLowerCase()];
  if (groups?.number === undefined || power === undefined) return undefined;
  const bytes = Math.round(Number(groups.number) * power);
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A size for people, in powers of 1000 as file managers write it. */
export function formatByteSize(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  const exponent = Math.min(units.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, bytes)) / 3)));
  const value = bytes / 1000 ** exponent;
  return `${exponent === 0 ? value : value.toFixed(value < 10 ? 2 : 1)} ${units[exponent]}`;
}
