import { z } from "zod";
import { parseByteSize } from "../platform/byte-size.ts";

/** A size, or a share of some memory that is known only where it is used. */
export type ByteAmount = { readonly bytes: number } | { readonly share: number };

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
  const percent = /^\s*(\d+(?:\.\d+)?)\s*%\s*$/.exec(text)?.[1];
  if (percent !== undefined) return Number(percent) <= 100 ? fromNumber(Number(percent) / 100) : undefined;
  const bytes = parseByteSize(text) ?? 0;
  return bytes >= leastBytes ? fromNumber(bytes) : undefined;
}
