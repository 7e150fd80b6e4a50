import { element } from "../ui/element.ts";

export interface TextButtonOptions {
  readonly label: string;
  /** What it is among the controls of its part, so that the focus finds it again. */
  readonly key: string;
  readonly onPress: () => void;
  readonly isPrimary?: boolean;
  /** Its name for screen readers, where the label is not enough. */
  readonly spoken?: string;
}

/** A button with words. Native: the toolkit would weigh more than this page. */
export function textButton({ label, key, onPress, isPrimary, spoken }: TextButtonOptions): HTMLButtonElement {
  const result = element("button", {
    className: isPrimary === true ? "text-button is-primary" : "text-button",
    attributes: { type: "button", "data-key": key, ...(spoken === undefined ? {} : { "aria-label": spoken }) },
    children: [label],
  });
  result.addEventListener("click", onPress);
  return result;
}
