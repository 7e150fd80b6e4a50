import { type ServerKind, serverKindSchema } from "../../contract/mesh/backend-entry.ts";
import { serverDefaults } from "../../contract/mesh/server-defaults.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";
import { readAddress } from "./read-address.ts";

/** What a `vscode://` link wishes for. Everything in it is somebody else's text, made harmless. */
export type LinkWish =
  | { readonly wish: "open" }
  | {
      readonly wish: "addServer";
      readonly kind: ServerKind;
      readonly url: string;
      /** What the link calls it; undefined where it says nothing. */
      readonly name: string | undefined;
    }
  | { readonly wish: "refused"; readonly reason: string };

const maxQueryCharacters = 4096;
const maxNameCharacters = 64;
const keyNames = /key|token|secret|password|auth|credential/i;

/** Reads `/open` and `/add-server?kind=…&url=…&name=…`. */
export function readLink({ path, query }: { readonly path: string; readonly query: string }, t: Translate): LinkWish {
  if (path === "/open") return { wish: "open" };
  const refused = (reason: string): LinkWish => ({ wish: "refused", reason });
  if (path !== "/add-server") {
    return refused(t("It asks for '{0}', which is nothing that a link can do here.", { 0: plainText(path, 40) }));
  }
  if (query.length > maxQueryCharacters) return refused(t("It is too long."));
  const values = new URLSearchParams(query);
  if ([...values.keys()].some((name) => keyNames.test(name))) {
    return refused(
      t(
        "It holds a key, and a link is no place for one: it stays in histories and chats. Add the server without it, and give the key here.",
      ),
    );
  }
  const unknown = [...values.keys()].find((name) => !["kind", "url", "name"].includes(name));
  if (unknown !== undefined) return refused(t("It says '{0}', which is unknown here.", { 0: plainText(unknown, 40) }));
  const kind = serverKindSchema.safeParse(values.get("kind") ?? "openai-compatible");
  if (!kind.success) return refused(t("It names a kind of server that is unknown here."));
  const url = values.get("url") ?? serverDefaults.find((offer) => offer.kind === kind.data)?.url ?? "";
  const address = readAddress(url, t);
  if ("problem" in address) return refused(address.problem);
  const name = plainText(values.get("name") ?? "", maxNameCharacters);
  // As it was understood: what the link says can look like something else.
  return { wish: "addServer", kind: kind.data, url: address.url, name: name === "" ? undefined : name };
}
