import * as z from "zod";

const notebookSchema = z.object({
  cells: z.array(
    z.object({
      cell_type: z.string(),
      source: z.union([z.string(), z.array(z.string())]),
    }),
  ),
});

/** The cells of a Jupyter notebook without what they have put out: pictures as text would fill any context. */
export function notebookText(json: string): string | undefined {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch {
    return undefined;
  }
  const notebook = notebookSchema.safeParse(content);
  if (!notebook.success) return undefined;
  const cells = notebook.data.cells.map(({ cell_type: type, source }, index) => {
    const text = typeof source === "string" ? source : source.join("");
    return `# Cell ${index + 1} (${type})\n${text}`;
  });
  return `${cells.join("\n\n")}\n`;
}
