import { type ServerKind, serverKindSchema } from "../../contract/mesh/backend-entry.ts";
import { serverKinds } from "../../contract/mesh/server-kinds.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { readAddress } from "../servers/read-address.ts";

/** A server that another program knows, as it could be added here. */
export interface FoundServer {
  readonly kind: ServerKind;
  readonly url: string;
  /** What the other program calls it; to begin a name with. */
  readonly label: string;
  /** Where it was found, such as `~/.continue/config.yaml`. */
  readonly source: string;
  /** Taken over only after a yes; never shown and never logged. */
  readonly key: string | undefined;
}

/** What stands in one place: servers, and what cannot be used here with the reason. */
export interface Findings {
  readonly servers: readonly FoundServer[];
  readonly passedOver: readonly string[];
}

/** A server as another program has written it down. Null for what it does not say. */
export interface WrittenServer {
  /** What that program calls its kind: `ollama`, `openai`. */
  readonly provider: string;
  readonly url: string | null;
  readonly label: string;
  readonly key: string | null;
}

/** How programs call the kinds of servers that are known here. */
const kindsOfProviders: Readonly<Record<string, ServerKind>> = {
  anthropic: "anthropic",
  gemini: "gemini",
  google: "gemini",
  ollama: "ollama",
  ollama_chat: "ollama",
  openai: "openai",
  hosted_vllm: "openai-compatible",
  vllm: "openai-compatible",
  "llama.cpp": "openai-compatible",
  lmstudio: "openai-compatible",
  lm_studio: "openai-compatible",
  litellm_proxy: "router",
};
const usualAddresses: Readonly<Record<string, string>> = {
  lmstudio: "http://127.0.0.1:1234",
  lm_studio: "http://127.0.0.1:1234",
  "llama.cpp": "http://127.0.0.1:8080",
};
const maxKeyCharacters = 4096;
const maxServers = 100;

/** Each server once, however many of its models are written down; keys that are only references are no keys. */
export function findingsOf(written: readonly WrittenServer[], source: string, t: Translate): Findings {
  const servers = new Map<string, FoundServer>();
  const passedOver = new Set<string>();
  for (const { provider, url, label, key } of written) {
    const known = Object.hasOwn(kindsOfProviders, provider) ? kindsOfProviders[provider] : undefined;
    const usual = Object.hasOwn(usualAddresses, provider) ? usualAddresses[provider] : undefined;
    const name = plainText(label, 60);
    if (known === undefined) {
      passedOver.add(t("{0}: '{1}' is no kind of server that is known here.", { 0: name, 1: plainText(provider, 40) }));
      continue;
    }
    // Any server can stand behind OpenAI's name; OpenAI itself is where nobody names an address.
    const kind = known === "openai" && url !== null ? serverKindSchema.enum["openai-compatible"] : known;
    const address = readAddress(url ?? usual ?? serverKinds[kind].url ?? "", t);
    if ("problem" in address) {
      passedOver.add(t("{0}: its address cannot be used. {1}", { 0: name, 1: address.problem }));
      continue;
    }
    const id = `${kind} ${address.url}`;
    const former = servers.get(id);
    if (former === undefined && servers.size >= maxServers) continue;
    const ownKey = isKey(key) ? key : undefined;
    servers.set(id, { kind, url: address.url, label: former?.label ?? name, source, key: former?.key ?? ownKey });
  }
  return { servers: [...servers.values()], passedOver: [...passedOver].slice(0, maxServers) };
}

/** `${{ secrets.KEY }}`, `$KEY` and `os.environ/KEY` say where a key is; `none` and the like fill a field that must not be empty. */
const isKey = (text: string | null): text is string =>
  text !== null &&
  text.length <= maxKeyCharacters &&
  /^[^\s$]{4,}$/.test(text) &&
  !/^(os\.environ\/|none$|null$|empty$|dummy|not[-_]?needed|no[-_]?key)/i.test(text);
