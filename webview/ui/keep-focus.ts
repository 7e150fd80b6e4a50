/**
 * Draws a part anew without taking the focus away from a person who is in it: a control that is drawn again under the
 * same `data-control` gets it back.
 */
export function keepFocus(part: HTMLElement, draw: () => void): void {
  const active = document.activeElement;
  const control = part.contains(active) ? active?.getAttribute("data-control") : null;
  draw();
  if (control === null || control === undefined) return;
  part.querySelector<HTMLElement>(`[data-control="${control}"]`)?.focus();
}
