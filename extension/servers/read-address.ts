import { isIP } from "node:net";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { Translate } from "../platform/translate.ts";

/** An address while it is typed: as it will be used, or what is wrong with it. The node has the last word. */
export type TypedAddress =
  | {
      /** Without the version's segment, and without what follows it. */
      readonly url: string;
      /** False where the path may be a page of the server: what of it is kept, only the node knows. */
      readonly isWhole: boolean;
      readonly host: string;
      readonly isThisMachine: boolean;
    }
  | { readonly problem: string };

const maxCharacters = 2048;
const linkLocal = /^(169\.254\.|fe[89ab][0-9a-f]:)/i;
const metadataNames = new Set(["metadata", "metadata.google.internal", "metadata.goog", "instance-data"]);

/** Reads an address as people have it, with or without its scheme, and with a page or a call of that server behind it. */
export function readAddress(text: string, t: Translate): TypedAddress {
  const trimmed = text.trim();
  if (trimmed === "") return { problem: t("Enter an address such as http://host:8000") };
  if (trimmed.length > maxCharacters) return { problem: t("This is too long for an address.") };
  const withScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed) ? trimmed : `http://${trimmed}`;
  if (!URL.canParse(withScheme)) return { problem: t("Enter an address such as http://host:8000") };
  const { protocol, username, password, hostname, origin, pathname } = new URL(withScheme);
  if (protocol !== "http:" && protocol !== "https:")
    return { problem: t("Only http and https addresses can be used.") };
  if (username !== "" || password !== "") {
    return { problem: t("Leave name and password out of the address: the key is asked for by itself.") };
  }
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  if (host === "") return { problem: t("Enter an address such as http://host:8000") };
  if (linkLocal.test(host) || metadataNames.has(host)) {
    return { problem: t("Link-local addresses and metadata services of clouds are no place for a model.") };
  }
  const basePath = pathname.replace(/\/(v1(\/.*)?)?$/, "");
  return { url: `${origin}${basePath}`, isWhole: basePath === "", host, isThisMachine: isThisMachine(host) };
}

const isThisMachine = (host: string): boolean =>
  host === "localhost" ||
  host.endsWith(".localhost") ||
  host === "::1" ||
  (isIP(host) === 4 && host.startsWith("127."));

/** Labels that can be wider than what the address tells: a label never makes a place nearer than it is. */
export const widerLabels = (address: TypedAddress): readonly PrivacyLabel[] =>
  "isThisMachine" in address && address.isThisMachine ? ["lan", "cloud"] : ["cloud"];
