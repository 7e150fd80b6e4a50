import { element } from "./element.ts";
import { nameButton } from "./name-button.ts";
import { outlineIcon } from "./outline-icon.ts";

export interface GlyphButtonOptions {
  /** The outline of its icon. */
  readonly glyph: string;
  /** Its name for screen readers and its tooltip. */
  readonly label: string;
  readonly onPress: () => void;
}

/** A button with an icon alone, whose icon may change. */
export function glyphButton({ glyph, label, onPress }: GlyphButtonOptions): HTMLButtonElement {
  const button = element("button", { className: "icon-button", attributes: { type: "button" } });
  showGlyph(button, glyph, label);
  button.addEventListener("click", onPress);
  return button;
}

/** Gives a button another icon and name. */
export function showGlyph(button: HTMLButtonElement, glyph: string, label: string): void {
  button.replaceChildren(outlineIcon(glyph));
  nameButton(button, label);
}
