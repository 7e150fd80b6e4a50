/** How one check of the doctor went. */
export type Outcome =
  | { readonly kind: "ok"; readonly detail: string }
  | { readonly kind: "warning" | "failed"; readonly detail: string; readonly nextStep: string };
