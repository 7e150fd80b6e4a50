import { type IconName, icon } from "./icon.ts";
import { nameButton } from "./name-button.ts";

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
