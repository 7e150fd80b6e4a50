import type { Browser } from "playwright-core";
import { type FromCompareView, fromCompareViewSchema, type ToCompareView } from "../../../contract/webview/compare.ts";
import { compareWords } from "../../../extension/compare/compare-words.ts";
import { english } from "../../support/translate.ts";
import { BuiltPage, type BuiltPageOptions, newPage } from "./built-page.ts";

export type CompareViewOptions = BuiltPageOptions;

/** The page that compares. */
export class CompareView extends BuiltPage<ToCompareView, FromCompareView> {
  static async open(browser: Browser, options: CompareViewOptions = {}): Promise<CompareView> {
    const view = new CompareView(await newPage(browser, options), options, {
      bundle: "compare",
      hello: { type: "hello", words: compareWords(english), language: "en", instructions: "" },
      read: (message) => fromCompareViewSchema.parse(message),
    });
    return await view.begin();
  }
}

/** A page that has been told something. */
export async function openCompareView(
  browser: Browser,
  messages: readonly ToCompareView[],
  options: CompareViewOptions = {},
): Promise<CompareView> {
  const view = await CompareView.open(browser, options);
  await view.post(...messages);
  return view;
}
