import type { X509Certificate } from "node:crypto";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { cleanText } from "../../platform/clean-text.ts";
import type { ShownCertificate } from "../http/inspect-certificate.ts";

type Problem = keyof typeof words;

const words = {
  selfSigned: "is signed by itself",
  unknownAuthority: "is of an authority that this machine does not know",
  expired: "has expired",
  notYetValid: "is not valid yet",
  otherName: "is for another name",
  invalid: "is not valid",
} as const;

const problems: Readonly<Record<string, Problem>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: "selfSigned",
  SELF_SIGNED_CERT_IN_CHAIN: "unknownAuthority",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "unknownAuthority",
  UNABLE_TO_GET_ISSUER_CERT: "unknownAuthority",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "unknownAuthority",
  CERT_HAS_EXPIRED: "expired",
  CERT_NOT_YET_VALID: "notYetValid",
  ERR_TLS_CERT_ALTNAME_INVALID: "otherName",
  CERT_UNTRUSTED: "invalid",
  CERT_REJECTED: "invalid",
  CERT_REVOKED: "invalid",
  CERT_SIGNATURE_FAILURE: "invalid",
  CERT_CHAIN_TOO_LONG: "invalid",
  INVALID_CA: "invalid",
  INVALID_PURPOSE: "invalid",
  PATH_LENGTH_EXCEEDED: "invalid",
  HOSTNAME_MISMATCH: "otherName",
};

/** True for a failure of the check of a server's certificate, as Node.js reports it. */
export function isCertificateFault(failure: unknown): boolean {
  for (let error = failure; error instanceof Error; error = error.cause) {
    if (Object.hasOwn(problems, (error as NodeJS.ErrnoException).code ?? "")) return true;
  }
  return false;
}

/** What is wrong with a shown certificate; null when nothing is. */
export const certificateProblem = ({ fault }: Pick<ShownCertificate, "fault">): Problem | null =>
  fault === null ? null : ((Object.hasOwn(problems, fault) ? problems[fault] : undefined) ?? "invalid");

/** The facts of a certificate as they are shown to people: all of its text is the server's, and hostile. */
export function describeCertificate(certificate: X509Certificate) {
  return {
    subject: oneLine(certificate.subject) || "nobody",
    issuer: oneLine(certificate.issuer) || "nobody",
    fingerprint: certificate.fingerprint256,
    validFrom: dateOf(certificate.validFromDate),
    validTo: dateOf(certificate.validToDate),
    names: cleanText((certificate.subjectAltName ?? "no names").slice(0, 1000)),
  };
}

export function errorOfCertificate(shown: ShownCertificate, problem: Problem, backend: string): MeshError {
  return new MeshError("backend_certificate", {
    backend,
    problem: words[problem],
    canTrust: problem === "selfSigned" || problem === "unknownAuthority",
    isOtherName: problem === "otherName",
    ...describeCertificate(shown.leaf),
  });
}

const oneLine = (name: string | undefined): string => cleanText((name ?? "").slice(0, 1000).replaceAll("\n", ", "));
const dateOf = (date: Date): string =>
  Number.isNaN(date.getTime()) ? "an unreadable date" : date.toISOString().slice(0, 10);
