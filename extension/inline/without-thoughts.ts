const tag = "(?:think|thinking|thought|reasoning|reflection)";
const opening = new RegExp(`^\\s*<${tag}>`, "i");
const anyOpening = new RegExp(`<${tag}>`, "i");
const closing = new RegExp(`</${tag}>`, "i");
/** What a template should have eaten: `<|im_end|>` and the like. */
const leadingMarkers = /^(?:\s*<\|[a-z_]+\|>(?:assistant)?)+[ \t]*\n?/i;
const trailingMarkers = /(?:\s*(?:<\|[a-z_]+\|>|<\/s>))+\s*$/i;
const finalChannel = /<\|channel\|>final(?:<\|[a-z_]+\|>)?/g;

/**
 * An answer without what the model thought aloud, and without its template's markers. Thoughts come first; the same tags
 * further down are somebody's code. An answer that is all thought is empty.
 */
export function withoutThoughts(answer: string): string {
  const final = [...answer.matchAll(finalChannel)].at(-1);
  if (final !== undefined) return withoutMarkers(answer.slice(final.index + final[0].length));
  let rest = withoutMarkers(answer);
  for (;;) {
    const end = closing.exec(rest);
    if (opening.test(rest)) {
      if (end === null) return "";
    } else if (end === null || anyOpening.test(rest.slice(0, end.index))) {
      return rest;
    }
    // Some templates open the thought themselves, so that only its end is in the answer.
    rest = rest.slice(end.index + end[0].length);
  }
}

const withoutMarkers = (text: string): string => text.replace(leadingMarkers, "").replace(trailingMarkers, "\n");
