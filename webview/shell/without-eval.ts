import * as z from "zod";

// Imported before any schema: zod would try whether code can be made from text, which the policy of our pages forbids
// and reports.
z.config({ jitless: true });
