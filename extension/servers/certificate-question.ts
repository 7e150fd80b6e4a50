import * as vscode from "vscode";
import type { CertificateFacts, ShownFacts } from "../../contract/mesh/certificate.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/** Shows whose certificate it is, and asks whether it counts for this server. True only for a plain yes. */
export async function askForTrust(name: string, shown: ShownFacts, t: Translate): Promise<boolean> {
  const { certificate, toTrust } = shown;
  if (toTrust === null) return false;
  const trust = t("Trust");
  const chosen = await vscode.window.showWarningMessage(
    t("Trust the certificate of {0}?", { 0: plainText(name) }),
    { modal: true, detail: trustDetail(certificate, toTrust, t) },
    trust,
  );
  return chosen === trust;
}

/** What a person compares, line by line. */
export function trustDetail(certificate: CertificateFacts, toTrust: CertificateFacts, t: Translate): string {
  const isOther = certificate.fingerprint !== toTrust.fingerprint;
  return [
    t(
      "Nothing has been sent to it. Compare the fingerprint with what the server's owner tells you: whoever has this certificate's key could stand in its place.",
    ),
    "",
    ...(isOther ? [t("The server shows a certificate of {0}.", { 0: plainText(certificate.subject, 200) })] : []),
    ...(isOther ? [t("What would be trusted is who issued it:")] : []),
    t("Of: {0}", { 0: plainText(toTrust.subject, 200) }),
    t("For: {0}", { 0: plainText(toTrust.names, 200) }),
    t("Issued by: {0}", { 0: plainText(toTrust.issuer, 200) }),
    t("Valid until: {0}", { 0: plainText(toTrust.validTo) }),
    t("SHA-256: {0}", { 0: toTrust.fingerprint }),
    "",
    t("It will count for this server alone."),
  ].join("\n");
}
