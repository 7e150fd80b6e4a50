import type { ErrorButton } from "../../contract/errors/catalogue.ts";
import type { Translate } from "./translate.ts";

/** What an error's button says. */
export function buttonLabel(button: ErrorButton, t: Translate): string {
  switch (button) {
    case "showLog":
      return t("Show Log");
    case "restartNode":
      return t("Start Node");
    case "showModels":
      return t("Choose a Model");
    case "openSettings":
      return t("Open Configuration");
    case "reloadWindow":
      return t("Reload Window");
    case "copyKey":
      return t("Copy Key");
    case "manageTrust":
      return t("Manage Trust");
    case "retry":
      return t("Retry");
  }
}
