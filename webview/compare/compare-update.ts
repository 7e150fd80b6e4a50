import type { ToCompareView } from "../../contract/webview/compare.ts";

export type CompareUpdate = Extract<ToCompareView, { type: "update" }>;
