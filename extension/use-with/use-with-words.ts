import type { UseWithWords } from "../../contract/webview/use-with.ts";
import type { Translate } from "../platform/translate.ts";

/** The page's words that stay the same, in the editor's language. `{0}` stays: the page fills it in. */
export const useWithWords = (t: Translate): UseWithWords => ({
  programs: t("Programs"),
  dialect: t("Dialect"),
  address: t("Address"),
  model: t("Model"),
  key: t("Key"),
  setUp: t("Set Up"),
  test: t("Test"),
  testHint: t("Sends a short question as this program sends it, through the gateway, and says who answered."),
  runTest: t("Test"),
  stopTest: t("Stop"),
  copy: t("Copy"),
  copyAddress: t("Copy Address"),
  copyOf: t("Copy {0}"),
  copied: t("Copied"),
  createKey: t("Create a Key for This Program"),
  showKey: t("Show Key"),
  hideKey: t("Hide Key"),
  copyKey: t("Copy Key"),
  inTerminal: t("In a terminal"),
  warning: t("Warning"),
});
