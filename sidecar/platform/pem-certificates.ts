import { X509Certificate } from "node:crypto";

const block = /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g;

/** What is wrong with a text that should hold certificates in PEM, each of them whole; null when nothing is. */
export function pemProblem(text: string): string | null {
  if (text.includes("PRIVATE KEY-----")) return "it holds a private key, which belongs to the server alone";
  const blocks = text.match(block) ?? [];
  const begun = text.match(/-----BEGIN /g)?.length ?? 0;
  const isEachWhole = blocks.length > 0 && blocks.length === begun && blocks.every(isCertificate);
  return isEachWhole ? null : "it holds something else than certificates in PEM";
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
