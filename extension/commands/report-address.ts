import * as z from "zod";

const addressSchema = z.looseObject({ url: z.string().min(1) });
const manifestSchema = z.union([z.looseObject({ bugs: addressSchema }), z.looseObject({ repository: addressSchema })]);

/** Whether an extension's manifest names a place where reports go. Without one the editor's reporter cannot send any. */
export const hasReportAddress = (manifest: unknown): boolean => manifestSchema.safeParse(manifest).success;
