import type { Frame } from "playwright-core";
import { attempts, listedWithinMs } from "./command-palette.ts";
import { type EditorWindow, patienceMs } from "./editor-window.ts";

/** The first theme that is chosen takes the workbench half a minute where it cannot reach the marketplace. */
export const themeMs = 3 * patienceMs;

/** One colour theme of each kind that the editor knows, by what a webview is told of it. */
const colorThemes = {
  "vscode-dark": "Dark 2026",
  "vscode-light": "Light 2026",
  "vscode-high-contrast": "Dark High Contrast",
  "vscode-high-contrast-light": "Light High Contrast",
} as const;

export type ThemeKind = keyof typeof colorThemes;
export const themeKinds = Object.keys(colorThemes) as ThemeKind[];

/** Chooses a theme by its name, as a person does: opens the list anew until it has it. */
export async function chooseColorTheme({ palette, page }: EditorWindow, name: string): Promise<void> {
  const inFront = page.locator(".quick-input-list .monaco-list-row.focused", { has: palette.named(name) });
  for (let attempt = 1; ; attempt++) {
    await palette.run("Preferences: Color Theme");
    await palette.type(name);
    try {
      await inFront.waitFor({ timeout: listedWithinMs });
      break;
    } catch (error) {
      // A list that was opened while extensions are being read does not grow.
      if (attempt === attempts) throw error;
      await palette.dismiss();
    }
  }
  // While the list is filtered, a click reaches the row that lay there before.
  await palette.input.press("Enter");
  // Whatever opens next would call the choice off.
  await palette.input.waitFor({ state: "hidden" });
}

/** Chooses a theme of this kind, and waits until a webview wears it. */
export async function wearTheme(window: EditorWindow, frame: Frame, kind: ThemeKind): Promise<void> {
  const worn = frame.locator(`body[data-vscode-theme-kind=${kind}]`);
  if ((await worn.count()) > 0) return;
  await chooseColorTheme(window, colorThemes[kind]);
  await worn.waitFor({ state: "attached", timeout: themeMs });
}
