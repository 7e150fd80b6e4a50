type Child = Node | string;

/** Properties of a new element: attributes by name, and listeners. Text is always text, never HTML. */
export interface ElementOptions {
  readonly className?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  readonly children?: readonly Child[];
}

/** Makes an element. The only way in which this page makes any: no string ever becomes markup. */
export function element<K extends keyof HTMLElementTagNameMap>(
  name: K,
  { className, attributes = {}, children = [] }: ElementOptions = {},
): HTMLElementTagNameMap[K] {
  const result = document.createElement(name);
  if (className !== undefined) result.className = className;
  for (const [attribute, value] of Object.entries(attributes)) result.setAttribute(attribute, value);
  result.append(...children);
  return result;
}
