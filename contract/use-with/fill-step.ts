/** A step with what is entered put in. Values are text, whatever is in them. */
export const fillStep = (step: string, values: { readonly address: string; readonly model: string }): string =>
  step.replace(/\{(address|model)\}/g, (_place, name: "address" | "model") => values[name]);
