import * as z from "zod";
import { wireErrorSchema } from "../errors/mesh-error.ts";

/** SHA-256 of a whole certificate, in pairs of hexadecimal digits. */
export const fingerprintSchema = z.string().regex(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/);

/** All of its text is the server's own, made harmless. */
export const certificateSchema = z.object({
  subject: z.string(),
  issuer: z.string(),
  fingerprint: fingerprintSchema,
  validFrom: z.string(),
  validTo: z.string(),
  /** What it was made for. */
  names: z.string(),
});
export type CertificateFacts = z.infer<typeof certificateSchema>;

export const shownCertificateSchema = z.object({
  certificate: certificateSchema,
  /** Null when it is trusted already. */
  problem: wireErrorSchema.nullable(),
  /**
   * What a person could trust: the last certificate of the chain that came, often the server's own. Null where that would
   * not help.
   */
  toTrust: certificateSchema.nullable(),
});
export type ShownFacts = z.infer<typeof shownCertificateSchema>;
