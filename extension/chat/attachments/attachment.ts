import * as z from "zod";
import { attachmentKindSchema } from "../../../contract/webview/chat-turns.ts";

/** Something that is put to a model with a question, and kept with it: as it was when it was attached. */
export const attachmentSchema = z.object({
  id: z.string(),
  kind: attachmentKindSchema,
  /** `chat-page.ts:10-24` */
  label: z.string(),
  /** Where it is from, in full, and how much of it is taken. */
  detail: z.string(),
  /** "" of an image. */
  text: z.string(),
  /** An image as a `data:` address; null for the others. */
  image: z.string().startsWith("data:image/").nullable(),
  /** As editors name languages, such as `typescript`; null where there is none. */
  languageId: z.string().nullable(),
  /** Its content was too large to be kept with the conversation. */
  isEmptied: z.boolean().optional(),
});
export type Attachment = z.infer<typeof attachmentSchema>;
