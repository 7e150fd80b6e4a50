import { element } from "./element.ts";

export interface TextButtonOptions {
  readonly label: string;
  readonly onPress: () => void;
  /** The one that most people want. */
  readonly isPrimary?: boolean;
  /** Its name for screen readers, where the label alone does not say enough; the label is part of it. */
  readonly name?: string;
}

/** A button with words. Native, so that pages without the toolkit's controls stay small. */
export function textButton({ label, onPress, isPrimary = false, name }: TextButtonOptions): HTMLButtonElement {
  const className = isPrimary ? "text-button is-primary" : "text-button";
  const result = element("button", { className, attributes: { type: "button" }, children: [label] });
  if (name !== undefined) result.setAttribute("aria-label", name);
  result.addEventListener("click", onPress);
  return result;
}
