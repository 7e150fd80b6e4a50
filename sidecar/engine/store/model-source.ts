import { MeshError } from "../../../contract/errors/mesh-error.ts";

/** What a person asks to download, taken apart. */
export type ModelSource =
  | {
      readonly kind: "hub";
      /** `owner/name`. */
      readonly repository: string;
      readonly revision: string;
      readonly choice: { readonly file: string } | { readonly quantisation: string | undefined };
    }
  | { readonly kind: "url"; readonly url: URL };

const repositoryPart = /^[A-Za-z0-9][\w.-]{0,95}$/;
const revisionPattern = /^[\w][\w.-]{0,127}$/;
const quantisationPattern = /^[A-Za-z0-9_]{1,32}$/;

/**
 * Reads `hf:owner/name/file.gguf`, `hf:owner/name:Q4_K_M`, `hf:owner/name`, each with `@revision` after the name if
 * wanted, or an address. An address of a file on the hub's own pages means that file.
 *
 * @throws MeshError `model_source_invalid`
 */
export function parseModelSource(text: string, hubEndpoint: string): ModelSource {
  const trimmed = text.trim();
  if (trimmed.length > 2048) throw invalid(trimmed.slice(0, 80), "it is too long");
  if (/^hf:/i.test(trimmed)) return parseHub(trimmed, trimmed.slice(3).replace(/^\/\//, ""));
  if (!/^https?:\/\//i.test(trimmed)) throw invalid(trimmed, "it begins neither with hf: nor with https://");
  return parseAddress(trimmed, hubEndpoint);
}

/** What two requests for the same download have in common. Not for people: an address may hold a secret in its query. */
export const sourceKey = (source: ModelSource): string =>
  source.kind === "url" ? source.url.href : describeSource(source);

/** The source as people and logs may see it. */
export function describeSource(source: ModelSource): string {
  if (source.kind === "url") return source.url.origin + source.url.pathname;
  const { repository, revision, choice } = source;
  const base = `hf:${repository}${revision === "main" ? "" : `@${revision}`}`;
  if ("file" in choice) return `${base}/${choice.file}`;
  return choice.quantisation === undefined ? base : `${base}:${choice.quantisation.toUpperCase()}`;
}

function parseHub(text: string, rest: string): ModelSource {
  const [owner = "", nameAndMore = "", ...file] = rest.split("/");
  const [nameAndRevision = "", quantisation, ...more] = nameAndMore.split(":");
  const [name = "", revision = "main", ...extra] = nameAndRevision.split("@");
  if (!repositoryPart.test(owner) || !repositoryPart.test(name) || more.length + extra.length > 0) {
    throw invalid(text, "a model on the hub is named hf:owner/name, then /file.gguf or :QUANTISATION");
  }
  if (!revisionPattern.test(revision)) throw invalid(text, "that is no revision");
  const repository = `${owner}/${name}`;
  if (file.length > 0) {
    if (quantisation !== undefined) throw invalid(text, "name a file or a quantisation, not both");
    return { kind: "hub", repository, revision, choice: { file: file.join("/") } };
  }
  if (quantisation !== undefined && !quantisationPattern.test(quantisation)) {
    throw invalid(text, "that is no quantisation");
  }
  return { kind: "hub", repository, revision, choice: { quantisation } };
}

function parseAddress(text: string, hubEndpoint: string): ModelSource {
  if (!URL.canParse(text)) throw invalid(text.slice(0, 80), "it is not a valid address");
  const url = new URL(text);
  if (url.username !== "" || url.password !== "") {
    throw invalid(url.origin, "it holds a user name or a password, which command lines and logs would show");
  }
  url.hash = "";
  const onHub = /^\/([^/]+)\/([^/]+)\/(?:resolve|blob)\/([^/]+)\/(.+)$/.exec(url.pathname);
  if (onHub === null || url.origin !== new URL(hubEndpoint).origin) return { kind: "url", url };
  const [owner = "", name = "", revision = "", file = ""] = onHub.slice(1).map((part) => decode(part, text));
  if (!repositoryPart.test(owner) || !repositoryPart.test(name) || !revisionPattern.test(revision)) {
    return { kind: "url", url };
  }
  return { kind: "hub", repository: `${owner}/${name}`, revision, choice: { file } };
}

function decode(part: string, text: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw invalid(text.slice(0, 80), "it is not a valid address");
  }
}

const invalid = (source: string, problem: string): MeshError =>
  new MeshError("model_source_invalid", { source, problem });
