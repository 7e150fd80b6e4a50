import { text } from "node:stream/consumers";
import { keyringWishSchema } from "./keyring.ts";
import { visitKeyring } from "./visit-keyring.ts";

/** Ends this process when the node has not; the node ends it sooner. */
const limitMs = 10_000;

/** One visit to the keyring: the wish as JSON on the standard input, which no other user sees, the report on the standard output. */
setTimeout(() => process.exit(1), limitMs).unref();
const wish = keyringWishSchema.parse(JSON.parse(await text(process.stdin)));
const report = JSON.stringify(await visitKeyring(wish));
process.stdout.write(report, () => process.exit(0));
