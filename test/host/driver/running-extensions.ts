import type { EditorWindow } from "./editor-window.ts";

export interface RunningExtension {
  readonly name: string;
  /** Loading its code and running `activate`, in milliseconds, as the editor measures it. */
  readonly activationMs: number;
  /** What the editor says about it besides: that it is unresponsive, or had errors. */
  readonly complaints: string;
}

/** The active extensions, as the editor's own list of them says. Leaves that list open as an editor tab. */
export async function runningExtensions(window: EditorWindow): Promise<RunningExtension[]> {
  await window.palette.run("Developer: Show Running Extensions");
  const rows = window.page.locator(".runtime-extensions-editor .monaco-list-row");
  await rows.first().waitFor();
  return await rows.evaluateAll((elements) =>
    elements.map((row) => ({
      name: row.querySelector(".name")?.textContent ?? "",
      activationMs: Number(/(\d+)ms/.exec(row.querySelector(".activation-time")?.textContent ?? "")?.[1] ?? Number.NaN),
      complaints: row.querySelector(".actions-container")?.textContent ?? "",
    })),
  );
}
