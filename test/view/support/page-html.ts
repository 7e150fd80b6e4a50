/** Where the page is from, as far as the browser knows. Requests are answered by the test. */
export const pageOrigin = "http://mesh-view.test";

const nonce = "dmlldy10ZXN0";
/** As `extension/panels/webview-html.ts` has it; the bundles come from the page's own origin here. */
const policy = [
  "default-src 'none'",
  `script-src 'nonce-${nonce}'`,
  `style-src ${pageOrigin}`,
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

/** The page of a bundle as the extension makes it, with what stands in for the editor. */
export const pageHtml = (bundle: string, bodyClass = "vscode-dark"): string => `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mesh</title>
<link rel="stylesheet" href="${pageOrigin}/${bundle}.css">
<script nonce="${nonce}" src="${pageOrigin}/host.js"></script>
</head>
<body class="${bodyClass}">
<script nonce="${nonce}" src="${pageOrigin}/${bundle}.js"></script>
</body>
</html>`;
