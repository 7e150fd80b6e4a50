export interface PageKeys {
  readonly find: () => void;
  readonly help: () => void;
  readonly zoom: (steps: 1 | -1) => void;
  readonly fit: () => void;
  readonly escape: () => void;
}

/** Keys that work wherever the focus is in the page, but where a person writes. */
export function pageKeys(page: Document, keys: PageKeys): void {
  const actions: Readonly<Record<string, () => void>> = {
    "/": keys.find,
    "?": keys.help,
    "+": () => keys.zoom(1),
    "=": () => keys.zoom(1),
    "-": () => keys.zoom(-1),
    "0": keys.fit,
    Escape: keys.escape,
  };
  page.addEventListener("keydown", (event) => {
    const { target, key } = event;
    const isWriting = target instanceof Element && target.closest("input, textarea, select, dialog") !== null;
    if (isWriting || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const action = Object.hasOwn(actions, key) ? actions[key] : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
