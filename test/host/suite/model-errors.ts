import assert from "node:assert/strict";
import { describe, it } from "mocha";
import * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import { modelError } from "../../../extension/native/model-error.ts";

const inEnglish = (words: string, values: Record<string, string | number> = {}): string =>
  words.replace(/\{(\w+)\}/g, (_whole, name: string) => String(values[name]));

export function describeModelErrors(): void {
  describe("An error, told to VS Code's own chat,", () => {
    it("is one that whoever asks through the editor can tell apart, and says what to do", () => {
      const missing = modelError(new MeshError("unknown_model", { model: "a-model", available: [] }), inEnglish);
      assert.ok(missing instanceof vscode.LanguageModelError);
      assert.equal(missing.code, "NotFound");
      assert.match(missing.message, /a-model.*\. \S/);
      const forbidden = new MeshError("privacy_forbids", { model: "a-model", allowed: "local", needed: "cloud" });
      const refused = modelError(forbidden, inEnglish);
      assert.ok(refused instanceof vscode.LanguageModelError);
      assert.equal(refused.code, "NoPermissions");
      const other = modelError(new MeshError("upstream_disconnected", { backend: "a", model: "m" }), inEnglish);
      assert.ok(other instanceof vscode.LanguageModelError);
    });

    it("is passed on as it is where it is none of ours", () => {
      const theirs = new RangeError("theirs");
      assert.equal(modelError(theirs, inEnglish), theirs);
    });
  });
}
