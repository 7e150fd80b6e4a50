import { type ErrorCode, errorCatalogue } from "../../contract/errors/catalogue.ts";
import type { RejectedPlace, Rejection } from "../../contract/mesh/routing.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Translate } from "../platform/translate.ts";

/** Why a place was not asked; the node's own figures behind it where they say more. */
export function rejectionText(
  { rejection, detail }: Pick<RejectedPlace, "rejection" | "detail">,
  t: Translate,
): string {
  const reason = rejectionWords(t)[rejection];
  const saysAll = rejection === "disabled" || rejection === "draining" || rejection === "loop";
  const figures = plainText(detail, 300);
  return saysAll || figures === "" ? reason : t("{0}: {1}", { 0: reason, 1: figures });
}

const rejectionWords = (t: Translate): Record<Rejection, string> => ({
  "other-artifact": t("Another model under the same name"),
  "capability-missing": t("It cannot do what was asked"),
  "context-too-small": t("Its context is too small"),
  "not-translatable": t("It does not understand this request"),
  privacy: t("The question may not go that far"),
  "not-permitted": t("The key does not permit it"),
  disabled: t("It is switched off"),
  draining: t("It takes no new requests"),
  loading: t("Its model was still being loaded"),
  unhealthy: t("It was not healthy"),
  "told-to-wait": t("It had asked to wait"),
  "circuit-open": t("It had failed too often"),
  "no-weight": t("Its revision gets no requests"),
  "not-in-alias": t("The alias keeps to other places"),
  loop: t("The request had been there already"),
  "not-wanted": t("This question was to go elsewhere"),
});

/** What became of one attempt. `outcome` is `answered` or the code of an error. */
export function outcomeText({ outcome, ms }: { readonly outcome: string; readonly ms: string }, t: Translate): string {
  if (outcome === "answered") return t("Answered, first byte after {0}", { 0: ms });
  return t("{0}, after {1}", { 0: failureText(outcome, t), 1: ms });
}

/** An error's code in a few words. Its parameters are not remembered, so that its own sentence cannot be said. */
export function failureText(code: string, t: Translate): string {
  const words: Partial<Record<ErrorCode, string>> = failureWords(t);
  const known = isErrorCode(code) ? words[code] : undefined;
  return known ?? t("Refused ({0})", { 0: plainText(code, 60) });
}

const isErrorCode = (code: string): code is ErrorCode => Object.hasOwn(errorCatalogue, code);

/** Every error for which another place is asked, and what stops an answer. */
function failureWords(t: Translate): Partial<Record<ErrorCode, string>> {
  const noRoom = t("It had no room for another request");
  const queue = t("Its queue was too long");
  const brokenFile = t("Its model file could not be read");
  const engine = t("Its engine failed");
  const key = t("Its key could not be used");
  const certificate = t("Its certificate was not accepted");
  return {
    cancelled: t("Stopped"),
    unsupported_field: t("It does not know a part of the request"),
    not_supported_by_model: t("Its model cannot do this"),
    context_length_exceeded: t("The conversation does not fit into its context"),
    unknown_model: t("It does not have the model"),
    backend_rejected: t("It refused the request"),
    backend_busy: noRoom,
    engine_busy: noRoom,
    model_in_use: noRoom,
    no_place: noRoom,
    engine_restarting: t("Its engine was starting again"),
    queue_full: queue,
    queue_share_full: queue,
    queue_too_slow: queue,
    queue_timeout: t("It waited too long for its turn"),
    model_too_large: t("Its model did not fit into memory"),
    backend_unreachable: t("It could not be reached"),
    backend_failed: t("It failed"),
    backend_credentials: t("It did not accept the key"),
    backend_model_missing: t("It does not have the model any more"),
    backend_path_missing: t("It cannot chat"),
    backend_protocol: t("Its answer could not be understood"),
    backend_key_elsewhere: key,
    backend_key_unavailable: key,
    backend_proxy: t("The proxy did not let it through"),
    backend_certificate: certificate,
    backend_ca_unreadable: certificate,
    backend_timeout: t("It did not answer in time"),
    request_loop: t("The request had been there already"),
    privacy_forbids: t("The question may not go that far"),
    upstream_disconnected: t("It broke off"),
    engine_crashed: engine,
    engine_unresponsive: engine,
    engine_start_failed: engine,
    generation_failed: engine,
    model_load_failed: t("Its model could not be loaded"),
    model_file_missing: brokenFile,
    model_file_unreadable: brokenFile,
    model_file_not_gguf: brokenFile,
    model_file_truncated: brokenFile,
    model_file_corrupt: brokenFile,
    model_parts_missing: brokenFile,
    internal: t("Something went wrong there"),
  };
}
