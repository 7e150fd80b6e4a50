import { readFileSync, writeFileSync } from "node:fs";
import { withReference } from "./api-docs/api-reference.ts";
import { withSettingReference } from "./tool-docs/setting-reference.ts";
import { withToolReference } from "./tool-docs/tool-reference.ts";

// `npm run docs:api` writes the parts of the documents that follow from the contract; unit tests demand them.
const documents = {
  "docs/API.md": withReference,
  "docs/USE-WITH.md": withToolReference,
  "docs/SETTINGS.md": withSettingReference,
};
for (const [file, write] of Object.entries(documents)) writeFileSync(file, write(readFileSync(file, "utf8")));
