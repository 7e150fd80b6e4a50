import { createInterface } from "node:readline/promises";
import { MeshError } from "../../contract/errors/mesh-error.ts";
import type { CertificateFacts } from "../../contract/mesh/certificate.ts";
import { backendsCertificate, backendsTrust } from "../../contract/rpc/backends.ts";
import type { ControlConnection } from "../client/control-connection.ts";
import type { CommandContext } from "./command.ts";
import { printableText } from "./model-line.ts";

/**
 * Shows a server's certificate and trusts it for this server alone, once its fingerprint was confirmed: by a word at the
 * terminal, or by `--fingerprint` where nobody is asked.
 */
export async function trustBackend(
  context: CommandContext,
  connection: ControlConnection,
  [id = ""]: readonly string[],
): Promise<number> {
  const { shown } = await connection.request(backendsCertificate, { id }, context.signal);
  if (shown === null) {
    context.write("It speaks plain HTTP: there is no certificate, and nothing to trust.\n");
    return 1;
  }
  context.write(certificateLines("It shows", shown.certificate));
  if (shown.problem === null) {
    context.write("This machine trusts it already.\n");
    return 0;
  }
  if (shown.toTrust === null) throw MeshError.fromWire(shown.problem);
  const { fingerprint } = shown.toTrust;
  if (fingerprint !== shown.certificate.fingerprint) context.write(certificateLines("It was issued by", shown.toTrust));
  if (!(await isConfirmed(context, fingerprint))) {
    context.note(`Not trusted. To trust it: inference-mesh backends trust ${id} --fingerprint ${fingerprint}\n`);
    return 1;
  }
  await connection.request(backendsTrust, { id, fingerprint }, context.signal);
  context.write(`Trusted for '${id}' alone, as tls.ca in the configuration.\n`);
  return 0;
}

async function isConfirmed({ flags, note, signal }: CommandContext, fingerprint: string): Promise<boolean> {
  const given = flags.fingerprint;
  if (typeof given === "string") return digitsOf(given) === digitsOf(fingerprint);
  if (!process.stdin.isTTY) return false;
  note("Compare the fingerprint with what that server's owner tells you. Type yes to trust it: ");
  const terminal = createInterface({ input: process.stdin });
  try {
    return (await terminal.question("", { signal })).trim().toLowerCase() === "yes";
  } finally {
    terminal.close();
  }
}

/** People copy fingerprints with colons, with spaces, or in small letters. */
const digitsOf = (text: string): string => text.replace(/[^0-9a-f]/gi, "").toUpperCase();

function certificateLines(intro: string, { subject, issuer, names, ...facts }: CertificateFacts): string {
  const lines = [
    `${intro}: ${subject}`,
    `  for      ${names}`,
    `  by       ${issuer}`,
    `  valid    ${facts.validFrom} to ${facts.validTo}`,
    `  SHA-256  ${facts.fingerprint}`,
  ];
  return printableText(`${lines.join("\n")}\n`);
}
