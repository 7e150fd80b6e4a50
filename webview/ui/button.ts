import { type Button, provideVSCodeDesignSystem, vsCodeButton } from "@vscode/webview-ui-toolkit";
import { type IconName, icon } from "./icon.ts";
import { nameButton } from "./name-button.ts";

export interface ButtonOptions {
  readonly label: string;
  readonly onPress: () => void;
  readonly kind: "primary" | "secondary";
}

/** Registers the toolkit's controls that these wrappers use. Called once, before the first of them is made. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(vsCodeButton());
}

/** A button with words. */
export function button({ label, onPress, kind }: ButtonOptions): Button {
  const result = document.createElement("vscode-button") as Button;
  result.appearance = kind;
  result.textContent = label;
  result.addEventListener("click", onPress);
  return result;
}

export interface IconButtonOptions {
  readonly icon: IconName;
  /** Its name for screen readers and its tooltip. */
  readonly label: string;
  readonly onPress: () => void;
}

/** A button with an icon alone. Native: the toolkit's names itself after its appearance, not after what it does. */
export function iconButton({ icon: name, label, onPress }: IconButtonOptions): HTMLButtonElement {
  const result = document.createElement("button");
  result.type = "button";
  result.className = "icon-button";
  result.append(icon(name));
  nameButton(result, label);
  result.addEventListener("click", onPress);
  return result;
}
