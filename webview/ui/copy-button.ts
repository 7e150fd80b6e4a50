import { icon } from "./icon.ts";
import { iconButton } from "./icon-button.ts";
import { nameButton } from "./name-button.ts";

export interface CopyButtonOptions {
  readonly label: string;
  /** What it says for a moment afterwards. */
  readonly doneLabel: string;
  readonly onPress: () => void;
}

const doneMs = 1_500;

/** A button that says for a moment that it has copied. */
export function copyButton({ label, doneLabel, onPress }: CopyButtonOptions): HTMLButtonElement {
  const result = iconButton({
    icon: "copy",
    label,
    onPress: () => {
      onPress();
      result.replaceChildren(icon("check"));
      nameButton(result, doneLabel);
      setTimeout(() => {
        result.replaceChildren(icon("copy"));
        nameButton(result, label);
      }, doneMs);
    },
  });
  return result;
}
