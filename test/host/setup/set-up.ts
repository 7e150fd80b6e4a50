import { ensureEditorHost } from "./editor-host.ts";
import { chromiumAdvice, findChromium } from "./find-chromium.ts";

/** `npm run setup:editor`: gets everything that the editor tests need, and says what a person has to do. */
const startedAt = performance.now();
const host = await ensureEditorHost((line) => console.log(line));
console.log(`Browser workbench: ${host.codeServer} (${Math.round(performance.now() - startedAt)} ms)`);
const chromium = findChromium();
console.log(chromium === undefined ? `No Chromium. ${chromiumAdvice}` : `Chromium: ${chromium}`);
process.exitCode = chromium === undefined ? 1 : 0;
