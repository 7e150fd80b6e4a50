import type { ToCompareView } from "../../contract/webview/compare.ts";
import type { CompareColumn, CompareRun } from "../../contract/webview/compare-columns.ts";
import type { TallyView } from "../../contract/webview/compare-tally.ts";

export type CompareUpdate = Extract<ToCompareView, { type: "update" }>;

/** Everything that the page shows. */
export interface ComparePicture {
  readonly columns: readonly CompareColumn[];
  readonly run: CompareRun | null;
  readonly contenders: NonNullable<CompareUpdate["contenders"]>;
  readonly notice: NonNullable<CompareUpdate["notice"]> | null;
  readonly tally: TallyView;
}

/** Says what has changed between two pictures, so that long answers cost their new words only. */
export class CompareFeed {
  #shown: ComparePicture | undefined;

  /** The page has nothing any more: the next update is complete. */
  forget(): void {
    this.#shown = undefined;
  }

  /** Undefined when nothing has changed. */
  next(picture: ComparePicture): CompareUpdate | undefined {
    const shown = this.#shown;
    this.#shown = picture;
    const isReset = shown === undefined || !hasSameColumns(shown.columns, picture.columns);
    const columns: CompareColumn[] = [];
    const appended: CompareUpdate["appended"] = [];
    for (const [index, column] of picture.columns.entries()) {
      const before = isReset ? undefined : shown.columns[index];
      const more = before === undefined ? undefined : addition(before, column);
      if (more === undefined) columns.push(column);
      else if (more.text !== "" || more.reasoning !== "") appended.push({ columnId: column.id, ...more });
    }
    const rest = {
      ...(shown !== undefined && isSame(shown.run, picture.run) ? {} : { run: picture.run }),
      ...(shown !== undefined && isSame(shown.contenders, picture.contenders)
        ? {}
        : { contenders: picture.contenders }),
      ...(shown !== undefined && isSame(shown.notice, picture.notice) ? {} : { notice: picture.notice }),
      ...(shown !== undefined && isSame(shown.tally, picture.tally) ? {} : { tally: picture.tally }),
    };
    if (!isReset && columns.length + appended.length + Object.keys(rest).length === 0) return undefined;
    return { type: "update", isReset, columns, appended, ...rest };
  }
}

const hasSameColumns = (before: readonly CompareColumn[], now: readonly CompareColumn[]): boolean =>
  before.length === now.length && before.every(({ id }, index) => id === now[index]?.id);

/** What was added to an answer and its thoughts, when nothing else has changed: empty where nothing was. */
function addition(before: CompareColumn, now: CompareColumn): { text: string; reasoning: string } | undefined {
  if (!isSame({ ...before, text: "", reasoning: "" }, { ...now, text: "", reasoning: "" })) return undefined;
  if (!now.text.startsWith(before.text) || !now.reasoning.startsWith(before.reasoning)) return undefined;
  return { text: now.text.slice(before.text.length), reasoning: now.reasoning.slice(before.reasoning.length) };
}

/** Pictures are plain data, made with the same keys in the same order. */
const isSame = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
