/** Gives a button another name. */
export function nameButton(target: HTMLElement, label: string): void {
  target.setAttribute("aria-label", label);
  target.title = label;
}
