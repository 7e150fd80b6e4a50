import { readFileSync, writeFileSync } from "node:fs";
import { withReference } from "./api-docs/api-reference.ts";

// `npm run docs:api` writes the parts of docs/API.md that follow from the contract; a unit test demands them.
const file = "docs/API.md";
writeFileSync(file, withReference(readFileSync(file, "utf8")));
