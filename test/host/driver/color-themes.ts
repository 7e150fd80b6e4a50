import type { Frame } from "playwright-core";
import type { EditorWindow } from "./editor-window.ts";

/** One colour theme of each kind that the editor knows, by what a webview is told of it. */
const colorThemes = {
  "vscode-dark": "Dark 2026",
  "vscode-light": "Light 2026",
  "vscode-high-contrast": "Dark High Contrast",
  "vscode-high-contrast-light": "Light High Contrast",
} as const;

export type ThemeKind = keyof typeof colorThemes;
export const themeKinds = Object.keys(colorThemes) as ThemeKind[];

/** Chooses a theme as a person does, and waits until a webview wears it. */
export async function wearTheme(window: EditorWindow, frame: Frame, kind: ThemeKind): Promise<void> {
  const worn = frame.locator(`body[data-vscode-theme-kind=${kind}]`);
  if ((await worn.count()) > 0) return;
  await window.palette.run("Preferences: Color Theme");
  await window.palette.input.fill(colorThemes[kind]);
  await window.palette.pick(colorThemes[kind]);
  await worn.waitFor({ state: "attached" });
}
