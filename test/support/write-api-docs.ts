import { readFileSync, writeFileSync } from "node:fs";
import { withReference } from "./api-docs/api-reference.ts";
import { withToolReference } from "./tool-docs/tool-reference.ts";

// `npm run docs:api` writes the parts of two documents that follow from the contract; unit tests demand them.
const documents = { "docs/API.md": withReference, "docs/USE-WITH.md": withToolReference };
for (const [file, write] of Object.entries(documents)) writeFileSync(file, write(readFileSync(file, "utf8")));
