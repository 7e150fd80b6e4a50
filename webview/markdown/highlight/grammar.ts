import type { TokenKind } from "./token.ts";

/** A stretch from one mark to another. */
export interface Span {
  readonly open: string;
  readonly close: string;
  readonly kind: TokenKind;
  /** Goes on over the ends of lines. */
  readonly isLong?: boolean;
}

/** What tells the words of a language apart. Colours help to read an answer; this is no parser, and may be wrong. */
export interface Grammar {
  readonly keywords: ReadonlySet<string>;
  /** SQL does not tell SELECT from select. */
  readonly ignoresCase?: boolean;
  /** Marks after which the rest of the line is a comment. */
  readonly comments: readonly string[];
  /** Longer marks before shorter ones that they begin with. */
  readonly spans: readonly Span[];
  /** Further patterns, tried first at each place; sticky. */
  readonly patterns?: readonly { readonly pattern: RegExp; readonly kind: TokenKind }[];
  /** Names with a capital are types. */
  readonly hasTypes?: boolean;
  /** A name before a bracket is a function. */
  readonly hasCalls?: boolean;
}

const words = (text: string): ReadonlySet<string> => new Set(text.split(" "));
const double: Span = { open: '"', close: '"', kind: "string" };
const single: Span = { open: "'", close: "'", kind: "string" };
const slashes: Span = { open: "/*", close: "*/", kind: "comment", isLong: true };
const decorator = { pattern: /@[A-Za-z_][\w.]*/y, kind: "function" } as const;
const shellName = { pattern: /\$(?:\w+|\{[^}]*\}|[@#?$!*-])/y, kind: "name" } as const;

const scriptWords =
  "abstract as async await break case catch class const continue debugger declare default delete do else enum export " +
  "extends false finally for from function get if implements import in infer instanceof interface is keyof let namespace " +
  "new null of override private protected public readonly return satisfies set static super switch this throw true try " +
  "type typeof undefined unique var void while with yield any boolean never number object string symbol unknown";
const script: Grammar = {
  keywords: words(scriptWords),
  comments: ["//"],
  spans: [slashes, double, single, { open: "`", close: "`", kind: "string", isLong: true }],
  patterns: [decorator],
  hasTypes: true,
  hasCalls: true,
};

/** Languages whose marks are those of C. */
const braces = (keywords: string, { spans = [], patterns = [] }: Partial<Grammar> = {}): Grammar => ({
  keywords: words(keywords),
  comments: ["//"],
  spans: [slashes, ...spans, double, single],
  patterns,
  hasTypes: true,
  hasCalls: true,
});

const cWords =
  "auto bool break case char const continue default do double else enum extern false float for goto if inline int long " +
  "register return short signed sizeof static struct switch true typedef union unsigned void volatile while NULL";
const directive = {
  pattern: /#\s*(?:include|define|undef|if|ifdef|ifndef|elif|else|endif|pragma|error)\b/y,
  kind: "keyword",
} as const;
const quotedTexts: readonly Span[] = [
  { open: '"""', close: '"""', kind: "string", isLong: true },
  { open: "'''", close: "'''", kind: "string", isLong: true },
];

const c = braces(cWords, { patterns: [directive] });
const cpp = braces(
  `${cWords} alignas alignof catch class concept constexpr consteval co_await co_return co_yield decltype delete explicit ` +
    "export final friend mutable namespace new noexcept nullptr operator override private protected public requires " +
    "static_assert static_cast template this throw try typename using virtual",
  { patterns: [directive] },
);
const csharp = braces(
  "abstract as async await base bool break byte case catch char class const continue decimal default delegate do double " +
    "else enum event explicit extern false finally float for foreach get if implicit in init int interface internal is " +
    "lock long namespace new null object operator out override params private protected public readonly record ref " +
    "required return sealed set short static string struct switch this throw true try typeof uint ulong using var " +
    "virtual void when where while with yield",
  { spans: [{ open: '"""', close: '"""', kind: "string", isLong: true }] },
);
const java = braces(
  "abstract boolean break byte case catch char class const continue default do double else enum extends false final " +
    "finally float for if implements import instanceof int interface long native new null package permits private " +
    "protected public record return sealed short static super switch synchronized this throw throws transient true try " +
    "var void volatile while yield",
  { spans: [{ open: '"""', close: '"""', kind: "string", isLong: true }], patterns: [decorator] },
);
const kotlin = braces(
  "abstract as break by class companion const constructor continue crossinline data do else enum false final finally for " +
    "fun get if import in init inline interface internal is it lateinit null object open operator override package " +
    "private protected public return sealed set super suspend this throw true try typealias val var when where while",
  { spans: [{ open: '"""', close: '"""', kind: "string", isLong: true }], patterns: [decorator] },
);
const swift = braces(
  "actor any as async await break case catch class continue default defer deinit do else enum extension false fileprivate " +
    "final for func get guard if import in init inout internal is lazy let mutating nil open override private protocol " +
    "public repeat rethrows return self Self set some static struct subscript super switch throw throws true try " +
    "typealias var weak where while",
  { spans: [{ open: '"""', close: '"""', kind: "string", isLong: true }], patterns: [decorator] },
);
const go = braces(
  "any bool break byte case chan const continue default defer else error fallthrough false float32 float64 for func go " +
    "goto if import int int32 int64 interface iota make map nil package range return rune select string struct switch " +
    "true type uint uint64 var",
  { spans: [{ open: "`", close: "`", kind: "string", isLong: true }] },
);
const rust = braces(
  "as async await bool break char const continue crate dyn else enum extern f32 f64 false fn for i32 i64 i8 if impl in let " +
    "loop match mod move mut pub ref return self Self static str struct super trait true type u32 u64 u8 union unsafe use " +
    "usize where while",
  {
    patterns: [
      { pattern: /'[A-Za-z_]\w*(?!')/y, kind: "type" },
      { pattern: /#!?\[[^\]]*\]/y, kind: "function" },
      { pattern: /[a-z_]\w*!/y, kind: "function" },
    ],
  },
);
const php = braces(
  "abstract and array as break case catch class const continue declare default do echo else elseif enum extends false " +
    "final finally fn for foreach function global if implements include instanceof interface isset match namespace new " +
    "null or private protected public readonly require return self static string switch this throw trait true try use " +
    "var void while yield",
  {
    patterns: [
      { pattern: /\$\w+/y, kind: "name" },
      { pattern: /<\?php|\?>/y, kind: "keyword" },
    ],
  },
);

const python: Grammar = {
  keywords: words(
    "and as assert async await break case class continue def del elif else except False finally for from global if " +
      "import in is lambda match None nonlocal not or pass raise return self True try type while with yield",
  ),
  comments: ["#"],
  spans: [...quotedTexts, double, single],
  patterns: [decorator],
  hasTypes: true,
  hasCalls: true,
};
const ruby: Grammar = {
  keywords: words(
    "alias and begin break case class def do else elsif end ensure false for if in include module next nil not or private " +
      "protected public raise redo require rescue retry return self super then true undef unless until when while yield",
  ),
  comments: ["#"],
  spans: [double, single],
  patterns: [{ pattern: /@{1,2}\w+|:[a-z_]\w*/y, kind: "name" }],
  hasTypes: true,
  hasCalls: true,
};
const lua: Grammar = {
  keywords: words(
    "and break do else elseif end false for function goto if in local nil not or repeat return then true until while",
  ),
  comments: [],
  spans: [
    { open: "--[[", close: "]]", kind: "comment", isLong: true },
    { open: "--", close: "\n", kind: "comment" },
    { open: "[[", close: "]]", kind: "string", isLong: true },
    double,
    single,
  ],
  hasCalls: true,
};
const shell: Grammar = {
  keywords: words(
    "alias case cd do done echo elif else esac eval exec exit export fi for function if in local read return set shift " +
      "source sudo then trap unset until while",
  ),
  comments: [],
  spans: [
    { ...double, isLong: true },
    { ...single, isLong: true },
  ],
  patterns: [
    { pattern: /(?<![^\s;])#.*/y, kind: "comment" },
    shellName,
    { pattern: /(?<![^\s])--?[A-Za-z][\w-]*/y, kind: "name" },
  ],
};
const powershell: Grammar = {
  keywords: words(
    "begin break catch class continue do else elseif end exit false filter finally for foreach function if in null param " +
      "process return switch throw trap true try until using while",
  ),
  ignoresCase: true,
  comments: ["#"],
  spans: [{ open: "<#", close: "#>", kind: "comment", isLong: true }, double, single],
  patterns: [
    { pattern: /\$[\w:]+/y, kind: "name" },
    { pattern: /[A-Z][a-z]+-[A-Z]\w+/y, kind: "function" },
  ],
};
const sql: Grammar = {
  keywords: words(
    "add all alter and as asc begin between by case check column commit constraint create cross database default delete " +
      "desc distinct drop else end exists false foreign from full group having if in index inner insert into is join key " +
      "left like limit not null offset on or order outer primary references returning right rollback select set table " +
      "then true union unique update using values view when where with bigint boolean char date integer int numeric " +
      "serial text timestamp varchar",
  ),
  ignoresCase: true,
  comments: ["--"],
  spans: [slashes, single, { ...double, kind: "name" }],
  hasCalls: true,
};
const json: Grammar = {
  keywords: words("true false null"),
  comments: ["//"],
  spans: [slashes, double],
  patterns: [{ pattern: /"(?:[^"\\]|\\.)*"(?=\s*:)/y, kind: "name" }],
};
const yaml: Grammar = {
  keywords: words("true false null yes no on off"),
  comments: [],
  spans: [double, single],
  patterns: [
    { pattern: /(?<![^\s])#.*/y, kind: "comment" },
    { pattern: /(?<=^\s*(?:- )?\s*)[\w./-]+(?=\s*:(?:\s|$))/y, kind: "name" },
    { pattern: /[&*][A-Za-z_][\w-]*|(?:---|\.\.\.)$/y, kind: "type" },
  ],
};
const ini: Grammar = {
  keywords: words("true false"),
  comments: ["#", ";"],
  spans: [...quotedTexts, double, single],
  patterns: [
    { pattern: /(?<=^\s*)\[.*\]/y, kind: "type" },
    { pattern: /(?<=^\s*)[\w."-]+(?=\s*=)/y, kind: "name" },
  ],
};
const css: Grammar = {
  keywords: words("important inherit initial unset none auto"),
  comments: ["//"],
  spans: [slashes, double, single],
  patterns: [
    { pattern: /(?<=^\s*|[{;]\s*)--?[\w-]+(?=\s*:)|(?<=^\s*|[{;]\s*)[a-z][\w-]*(?=\s*:\s)/y, kind: "name" },
    { pattern: /@[\w-]+/y, kind: "keyword" },
    { pattern: /#[\da-fA-F]{3,8}\b/y, kind: "number" },
    { pattern: /[.#][A-Za-z_][\w-]*/y, kind: "type" },
  ],
  hasCalls: true,
};
const dockerfile: Grammar = {
  keywords: words(
    "FROM AS RUN CMD LABEL EXPOSE ENV ADD COPY ENTRYPOINT VOLUME USER WORKDIR ARG ONBUILD STOPSIGNAL HEALTHCHECK SHELL",
  ),
  comments: [],
  spans: [double, single],
  patterns: [{ pattern: /(?<=^\s*)#.*/y, kind: "comment" }, shellName],
};

/** Each grammar with the names that models write behind a fence. */
const table: readonly (readonly [Grammar, string])[] = [
  [script, "javascript js jsx mjs cjs typescript ts tsx mts cts"],
  [c, "c h"],
  [cpp, "cpp c++ cc cxx hpp cuda"],
  [csharp, "csharp cs c#"],
  [java, "java groovy"],
  [kotlin, "kotlin kt kts"],
  [swift, "swift"],
  [go, "go golang"],
  [rust, "rust rs"],
  [php, "php"],
  [python, "python py python3 pycon"],
  [ruby, "ruby rb"],
  [lua, "lua"],
  [shell, "bash sh shell zsh fish console shellscript"],
  [powershell, "powershell ps1 pwsh"],
  [sql, "sql postgresql mysql sqlite plsql"],
  [json, "json jsonc json5"],
  [yaml, "yaml yml"],
  [ini, "toml ini cfg conf properties dotenv env"],
  [css, "css scss less"],
  [dockerfile, "dockerfile docker"],
];

/** The grammars by the names of their languages, in small letters. */
export const grammars: ReadonlyMap<string, Grammar> = new Map(
  table.flatMap(([grammar, names]) => names.split(" ").map((name) => [name, grammar] as const)),
);
