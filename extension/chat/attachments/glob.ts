/** A hostile pattern may have braces in braces in braces. */
const maxAlternatives = 64;

/**
 * Whether a path, with `/` between its parts, is what a pattern of the editor or of git means: `*`, `?` and `[a-z]` within a
 * part, `**` for any number of parts, `{a,b}`. Written out because patterns come from repositories: a regular expression
 * made of one can take for ever.
 */
export function matchesGlob(pattern: string, path: string): boolean {
  const parts = path.split("/");
  return alternatives(pattern).some((each) => matchesParts(each.split("/"), parts));
}

function alternatives(pattern: string): string[] {
  const done: string[] = [];
  const open = [pattern];
  while (open.length > 0 && done.length + open.length <= maxAlternatives) {
    const next = open.pop() ?? "";
    // The innermost braces: they hold no others.
    const [braces, inside] = /\{([^{}]*)\}/.exec(next) ?? [];
    if (braces === undefined || inside === undefined) done.push(next);
    else open.push(...inside.split(",").map((choice) => next.replace(braces, () => choice)));
  }
  return done;
}

function matchesParts(pattern: readonly string[], path: readonly string[]): boolean {
  // What of the pattern can end at each place of the path: one row per part, so that `**` costs no retries.
  let reached = path.map(() => false).concat(false);
  reached[0] = true;
  for (const part of pattern) {
    const next = reached.map(() => false);
    if (part === "**") {
      const first = reached.indexOf(true);
      if (first >= 0) next.fill(true, first);
    } else {
      for (const [index, name] of path.entries()) {
        if (reached[index] === true && matchesPart(part, name)) next[index + 1] = true;
      }
    }
    reached = next;
  }
  return reached.at(-1) === true;
}

/** One part, in time of at most both lengths multiplied: only the last `*` is ever tried again. */
function matchesPart(pattern: string, name: string): boolean {
  const tokens = pattern.match(/\[!?[^\]]+\]|\\.|[\s\S]/g) ?? [];
  let at = 0;
  let token = 0;
  let star = -1;
  let starAt = 0;
  while (at < name.length) {
    const character = name[at] ?? "";
    if (tokens[token] === "*") {
      star = token++;
      starAt = at;
    } else if (token < tokens.length && matchesCharacter(tokens[token] ?? "", character)) {
      token++;
      at++;
    } else if (star >= 0) {
      token = star + 1;
      at = ++starAt;
    } else return false;
  }
  return tokens.slice(token).every((rest) => rest === "*");
}

function matchesCharacter(token: string, character: string): boolean {
  if (token === "?") return true;
  if (token.length === 2 && token.startsWith("\\")) return token[1] === character;
  if (token.length < 3) return token === character;
  const isNegated = token[1] === "!";
  const ranges = token.slice(isNegated ? 2 : 1, -1).match(/[\s\S]-[\s\S]|[\s\S]/g) ?? [];
  const isIn = ranges.some((range) =>
    range.length === 3 ? character >= (range[0] ?? "") && character <= (range[2] ?? "") : range === character,
  );
  return isIn !== isNegated;
}
