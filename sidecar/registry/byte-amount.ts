import * as z from "zod";

/** A size, or a share of some memory that is known only where it is used. */
export type ByteAmount = { readonly bytes: number } | { readonly share: number };

const factors: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};
const leastBytes = 1e6;
const problem = "expected bytes (12GB, 800MiB, 8000000000) or a share (75%, 0.75)";

/** `12GB`, `800 MiB`, `75%`, bytes as a number, or a share as a number up to 1. */
export const byteAmountSchema = z.union([z.number(), z.string()]).transform((value, context): ByteAmount => {
  const amount = typeof value === "number" ? fromNumber(value) : fromText(value);
  if (amount !== undefined) return amount;
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

export function bytesOf(amount: ByteAmount, wholeBytes: number): number {
  return "bytes" in amount ? amount.bytes : Math.floor(amount.share * wholeBytes);
}

function fromNumber(value: number): ByteAmount | undefined {
  if (value > 0 && value <= 1) return { share: value };
  return value >= leastBytes && Number.isFinite(value) ? { bytes: Math.floor(value) } : undefined;
}

function fromText(text: string): ByteAmount | undefined {
  const [, digits = "", unit = ""] = /^\s*(\d+(?:\.\d+)?)\s*(%|[kKMGT]?i?B)\s*$/.exec(text) ?? [];
  if (unit === "%") return Number(digits) <= 100 ? fromNumber(Number(digits) / 100) : undefined;
  const bytes = Number(digits) * (factors[unit] ?? 0);
  return bytes >= leastBytes ? fromNumber(bytes) : undefined;
}
