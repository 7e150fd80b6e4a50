import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import * as z from "zod";

/** The built programs and files of this copy of the product, and its version. */
export interface Installation {
  readonly version: string;
  readonly sidecarProgram: string;
  readonly engineProgram: string;
  readonly keyringProgram: string;
  readonly bundledModelsFolder: string;
  /** True in a checkout with its sources, where npm scripts can be run. */
  readonly isCheckout: boolean;
}

/** Finds the parts beside this one: every bundle lies in `dist/sidecar`. */
export function readInstallation(): Installation {
  const place = (relative: string): string => fileURLToPath(new URL(relative, import.meta.url));
  const packageText = readFileSync(place("../../package.json"), "utf8");
  return {
    version: z.object({ version: z.string() }).parse(JSON.parse(packageText)).version,
    sidecarProgram: place("./main.mjs"),
    engineProgram: place("./engine.mjs"),
    keyringProgram: place("./keyring.mjs"),
    bundledModelsFolder: place("../models"),
    isCheckout: existsSync(place("../../esbuild.mjs")),
  };
}
