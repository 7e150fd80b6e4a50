/** A piece of a line, as data: what is drawn is decided by `render-markdown`, and nothing here is HTML. */
export type Inline =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "code"; readonly text: string }
  | { readonly type: "break" }
  | { readonly type: "strong" | "emphasis" | "strike"; readonly children: readonly Inline[] }
  | { readonly type: "link"; readonly url: string; readonly children: readonly Inline[] }
  /** Shown as words: an image from elsewhere would tell its server that somebody reads this. */
  | { readonly type: "image"; readonly url: string; readonly text: string };

/** Beyond this, text is drawn as it is: nobody formats a paragraph of that length, and parsing must stay cheap. */
const maxFormattedCharacters = 20_000;
const maxDepth = 6;

const marks = [
  { open: "***", type: "strong" },
  { open: "**", type: "strong" },
  { open: "__", type: "strong" },
  { open: "~~", type: "strike" },
  { open: "*", type: "emphasis" },
  { open: "_", type: "emphasis" },
] as const;

/** Reads the formatting within a paragraph: the part of CommonMark that models write. Never fails: the rest is text. */
export function parseInline(source: string, depth = 0): Inline[] {
  if (source.length > maxFormattedCharacters || depth > maxDepth) return [{ type: "text", text: source }];
  const result: Inline[] = [];
  let plain = "";
  const push = (item: Inline, length: number): number => {
    if (plain !== "") result.push({ type: "text", text: plain });
    plain = "";
    result.push(item);
    return length;
  };
  for (let at = 0; at < source.length; ) {
    const found = special(source, at, depth);
    if (found === undefined) {
      plain += source[at];
      at++;
    } else if (found.item.type === "text") {
      plain += found.item.text;
      at += found.length;
    } else at += push(found.item, found.length);
  }
  if (plain !== "") result.push({ type: "text", text: plain });
  return result;
}

interface Found {
  readonly item: Inline;
  /** Characters of the source that it takes. */
  readonly length: number;
}

function special(source: string, at: number, depth: number): Found | undefined {
  switch (source[at]) {
    case "\\":
      return escaped(source, at);
    case "`":
      return codeSpan(source, at);
    case "\n":
      return { item: { type: "break" }, length: 1 };
    case "!":
      return source[at + 1] === "[" ? link(source, at + 1, depth, true) : undefined;
    case "[":
      return link(source, at, depth, false);
    case "<":
      return bracketedAddress(source, at);
    case "h":
      return bareAddress(source, at);
    case "*":
    case "_":
    case "~":
      return marked(source, at, depth);
    default:
      return undefined;
  }
}

function escaped(source: string, at: number): Found | undefined {
  const next = source[at + 1] ?? "";
  return /[!-/:-@[-`{-~]/.test(next) ? { item: { type: "text", text: next }, length: 2 } : undefined;
}

function codeSpan(source: string, at: number): Found | undefined {
  const fence = /^`+/.exec(source.slice(at, at + 16))?.[0] ?? "`";
  const end = source.indexOf(fence, at + fence.length);
  if (end === -1 || source[end + fence.length] === "`") return undefined;
  const text = source.slice(at + fence.length, end).replaceAll("\n", " ");
  const isPadded = text.startsWith(" ") && text.endsWith(" ") && text.trim() !== "";
  return { item: { type: "code", text: isPadded ? text.slice(1, -1) : text }, length: end + fence.length - at };
}

/** Possible ends that are looked at for one mark: text full of marks that never end must stay cheap. */
const maxCandidates = 24;

/** Where a mark ends that began before `from`. */
function closingMark(source: string, from: number, mark: string): number | undefined {
  const character = mark[0] ?? "";
  let candidates = 0;
  for (let at = source.indexOf(mark, from); at !== -1 && candidates < maxCandidates; candidates++) {
    let end = at;
    // Of a longer run, the inner mark takes the first characters: `**a *b***`.
    while (mark.length === 2 && source[end + 2] === character) end++;
    const isEscaped = source[end - 1] === "\\";
    const isOther = mark.length === 1 && (source[end + 1] === character || source[end - 1] === character);
    const isInWord = character === "_" && isWord(source[end + mark.length]);
    if (end > from && !/\s/.test(source[at - 1] ?? " ") && !isEscaped && !isOther && !isInWord) return end;
    at = source.indexOf(mark, end + 1);
  }
  return undefined;
}

/** Underscores within a word are part of it: snake_case is no emphasis. */
const isWord = (character: string | undefined): boolean => /[\p{L}\p{N}]/u.test(character ?? "");

function marked(source: string, at: number, depth: number): Found | undefined {
  for (const { open, type } of marks) {
    if (!source.startsWith(open, at) || /^\s?$/.test(source[at + open.length] ?? "")) continue;
    if (open.startsWith("_") && isWord(source[at - 1])) continue;
    const end = closingMark(source, at + open.length, open);
    if (end !== undefined) {
      const children = parseInline(source.slice(at + open.length, end), depth + 1);
      const inner: Inline = open === "***" ? { type: "emphasis", children } : { type, children };
      const item: Inline = open === "***" ? { type: "strong", children: [inner] } : inner;
      return { item, length: end + open.length - at };
    }
  }
  return undefined;
}

/** `[text](address)` or, for an image, what follows its `!`. */
function link(source: string, at: number, depth: number, isImage: boolean): Found | undefined {
  const match = /^\[((?:[^[\]\\]|\\.){0,500})\]\(\s*<?([^\s<>()]{1,2000})>?(?:\s+["'(][^"')]{0,500}["')])?\s*\)/.exec(
    source.slice(at, at + 3100),
  );
  if (match === null) return undefined;
  const [whole, text = "", url = ""] = match;
  if (isImage) return { item: { type: "image", url, text }, length: whole.length + 1 };
  return { item: { type: "link", url, children: parseInline(text, depth + 1) }, length: whole.length };
}

function bracketedAddress(source: string, at: number): Found | undefined {
  const match = /^<(https?:\/\/[^\s<>]{1,2000})>/.exec(source.slice(at, at + 2010));
  if (match === null) return undefined;
  const [whole, url = ""] = match;
  return { item: { type: "link", url, children: [{ type: "text", text: url }] }, length: whole.length };
}

function bareAddress(source: string, at: number): Found | undefined {
  if (/[\p{L}\p{N}]/u.test(source[at - 1] ?? "")) return undefined;
  const match = /^https?:\/\/[^\s<>"'`)\]\u2400-\u2421]{1,2000}/.exec(source.slice(at, at + 2010));
  const url = match?.[0].replace(/[.,;:!?*_~]+$/, "");
  if (url === undefined) return undefined;
  return { item: { type: "link", url, children: [{ type: "text", text: url }] }, length: url.length };
}

/** Addresses that a click may open. Everything else (scripts, data, commands, files) stays text. */
export function isSafeAddress(url: string): boolean {
  try {
    const { protocol } = new URL(url);
    return protocol === "https:" || protocol === "http:" || protocol === "mailto:";
  } catch {
    return false;
  }
}
