import { type Button, provideVSCodeDesignSystem, vsCodeButton } from "@vscode/webview-ui-toolkit";

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
