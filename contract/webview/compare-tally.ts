import * as z from "zod";

const count = z.number().int().min(0);

/** The votes of blind comparisons as the page shows them. */
export const tallyViewSchema = z.object({
  votes: count,
  /** Best first. `share`: of the votes that it took part in it won, in per cent. */
  contenders: z.array(
    z.object({ name: z.string(), wins: count, ties: count, losses: count, none: count, share: z.number() }),
  ),
  /** Two that met, with what became of that. */
  pairs: z.array(z.object({ a: z.string(), b: z.string(), aWins: count, bWins: count, ties: count, none: count })),
});
export type TallyView = z.infer<typeof tallyViewSchema>;
