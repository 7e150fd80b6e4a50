import { randomBytes } from "node:crypto";
import * as vscode from "vscode";

export interface WebviewHtmlOptions {
  readonly extensionUri: vscode.Uri;
  /** The bundle's name in `dist/webview`: its `.js` and `.css`. */
  readonly bundle: string;
  readonly title: string;
}

/** The only folders that a webview may read. */
export const webviewRoots = (extensionUri: vscode.Uri): vscode.Uri[] => [
  vscode.Uri.joinPath(extensionUri, "dist", "webview"),
  vscode.Uri.joinPath(extensionUri, "media"),
];

/**
 * The page of a webview: one script and one style sheet of ours. Nothing else is loaded, from anywhere; what a model
 * writes cannot become a script, an image or a form.
 */
export function webviewHtml(webview: vscode.Webview, { extensionUri, bundle, title }: WebviewHtmlOptions): string {
  const nonce = randomBytes(18).toString("base64");
  const uri = (file: string): string =>
    escapeHtml(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", "webview", file)).toString());
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${escapeHtml(vscode.env.language)}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<link rel="stylesheet" href="${uri(`${bundle}.css`)}">
</head>
<body>
<script nonce="${nonce}" src="${uri(`${bundle}.js`)}"></script>
</body>
</html>`;
}

const escapeHtml = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
