/** What the page leaves for the test. */
export interface HostPage {
  readonly sent: unknown[];
  /** What the page's policy has forbidden. */
  readonly violations: string[];
}

/** What stands in for the editor in the page: its API, and what it would have stored. Runs in the page. */
export function editorHost(): void {
  const kept = sessionStorage.getItem("state");
  let state: unknown = kept === null ? undefined : JSON.parse(kept);
  const sent: unknown[] = [];
  const violations: string[] = [];
  addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) => {
    violations.push(`${violatedDirective} ${blockedURI}`);
  });
  Object.assign(globalThis, {
    sent,
    violations,
    acquireVsCodeApi: () => ({
      postMessage: (message: unknown) => sent.push(message),
      getState: () => state,
      setState: (next: unknown) => {
        state = next;
        sessionStorage.setItem("state", JSON.stringify(next));
      },
    }),
  });
}
