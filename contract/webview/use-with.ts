import * as z from "zod";

/**
 * The messages of the page *Use with…*. The page says `ready` → `hello`, then a whole `view` whenever anything that it
 * shows has changed. It holds no state and no key: what is copied is copied by
 * the extension, which puts the key in.
 */

/** Words that stay the same, in the editor's language. `{0}` is filled in by the page. */
export const useWithWordsSchema = z.strictObject({
  programs: z.string(),
  dialect: z.string(),
  address: z.string(),
  model: z.string(),
  key: z.string(),
  setUp: z.string(),
  test: z.string(),
  testHint: z.string(),
  runTest: z.string(),
  stopTest: z.string(),
  copy: z.string(),
  copyAddress: z.string(),
  copyOf: z.string(),
  copied: z.string(),
  createKey: z.string(),
  showKey: z.string(),
  hideKey: z.string(),
  copyKey: z.string(),
  inTerminal: z.string(),
  warning: z.string(),
});
export type UseWithWords = z.infer<typeof useWithWordsSchema>;

/** How the last test of the program that is shown went. */
export const trialViewSchema = z.discriminatedUnion("state", [
  z.strictObject({ state: z.literal("none") }),
  z.strictObject({ state: z.literal("running"), message: z.string() }),
  z.strictObject({ state: z.literal("answered"), message: z.string(), details: z.array(z.string()) }),
  z.strictObject({ state: z.literal("failed"), message: z.string(), details: z.array(z.string()) }),
]);
export type TrialView = z.infer<typeof trialViewSchema>;

export const useWithViewSchema = z.strictObject({
  type: z.literal("view"),
  tool: z.string(),
  title: z.string(),
  purpose: z.string(),
  /** Why nothing can be copied or tested now; null when all can. */
  notice: z.strictObject({ message: z.string(), isBusy: z.boolean(), startLabel: z.string().nullable() }).nullable(),
  dialect: z.string(),
  address: z.string().nullable(),
  models: z.array(z.strictObject({ name: z.string(), label: z.string() })),
  model: z.string().nullable(),
  /** What makes this model a poor choice for this program. */
  warnings: z.array(z.string()),
  /** What the person has to know of the key, and what can be done with it. */
  key: z.strictObject({
    message: z.string(),
    /** There is one of this program's own, made here. */
    isOwn: z.boolean(),
    /** The key itself, only after the person has asked for it. */
    shown: z.string().nullable(),
  }),
  steps: z.array(z.string()),
  snippets: z.array(z.strictObject({ file: z.string().nullable(), text: z.string() })),
  notes: z.array(z.string()),
  trial: trialViewSchema,
});
export type UseWithView = z.infer<typeof useWithViewSchema>;

export const toUseWithSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("hello"),
    words: useWithWordsSchema,
    tools: z.array(z.strictObject({ id: z.string(), label: z.string() })),
  }),
  useWithViewSchema,
  /** Something was copied: said once, aloud. */
  z.strictObject({ type: z.literal("told"), message: z.string() }),
]);
export type ToUseWith = z.infer<typeof toUseWithSchema>;

const name = z.string().min(1).max(4096);
const bare = <T extends string>(type: T) => z.strictObject({ type: z.literal(type) });

export const fromUseWithSchema = z.discriminatedUnion("type", [
  bare("ready"),
  z.strictObject({ type: z.literal("chooseTool"), tool: name }),
  z.strictObject({ type: z.literal("chooseModel"), model: name }),
  z.strictObject({ type: z.literal("copy"), snippet: z.number().int().min(0).max(16) }),
  bare("copyAddress"),
  bare("createKey"),
  bare("showKey"),
  bare("hideKey"),
  bare("copyKey"),
  bare("test"),
  bare("stopTest"),
  bare("startNode"),
]);
export type FromUseWith = z.infer<typeof fromUseWithSchema>;
