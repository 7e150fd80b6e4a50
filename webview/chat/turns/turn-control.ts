import type { IconName } from "../../ui/icon.ts";
import { iconButton } from "../../ui/icon-button.ts";

export interface TurnControlOptions {
  /** What it is called among the controls of its turn: the focus comes back to it when the turn is drawn anew. */
  readonly control: string;
  readonly icon: IconName;
  readonly label: string;
  /** While it does nothing, it stays where it is and keeps the focus. */
  readonly isOff?: boolean;
  readonly onPress: () => void;
}

/** A button below a turn. */
export function turnControl({ control, icon, label, isOff = false, onPress }: TurnControlOptions): HTMLButtonElement {
  const button = iconButton({
    icon,
    label,
    onPress: () => {
      if (!isOff) onPress();
    },
  });
  button.dataset.control = control;
  if (isOff) button.setAttribute("aria-disabled", "true");
  return button;
}
