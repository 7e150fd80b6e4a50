import { readFileSync } from "node:fs";

interface Setting {
  readonly type: string;
  readonly default: unknown;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly scope: string;
  readonly markdownDescription: string;
}
interface Section {
  readonly title: string;
  readonly properties: Readonly<Record<string, Setting>>;
}

const marks = { begin: "<!-- generated: settings -->", end: "<!-- /generated: settings -->" };

/** A document with its part between the marks made anew from package.json. @throws Error without the marks */
export function withSettingReference(text: string): string {
  const [from, to] = [text.indexOf(marks.begin), text.indexOf(marks.end)];
  if (from < 0 || to < from) throw new Error("docs/SETTINGS.md has lost its marks");
  const { contributes } = JSON.parse(readFileSync("package.json", "utf8"));
  const sections: readonly Section[] = contributes.configuration;
  return `${text.slice(0, from)}${marks.begin}\n${sections.map(sectionText).join("\n")}${text.slice(to)}`;
}

function sectionText({ title, properties }: Section): string {
  const rows = Object.entries(properties).map(([name, setting]) => {
    const values = setting.enum?.map((each) => `\`${each}\``).join(", ") ?? rangeText(setting);
    return `| \`${name}\` | ${values} | \`${JSON.stringify(setting.default)}\` | ${setting.scope} | ${said(setting.markdownDescription)} |`;
  });
  return [
    `## ${said(title)}`,
    "| setting | values | default | scope | what it does |",
    "|---|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

const rangeText = ({ type, minimum, maximum }: Setting): string =>
  minimum === undefined ? type : `${type}, ${minimum} to ${maximum}`;

/** The English words behind `%key%`. Links to settings are those of the settings editor, and names elsewhere. */
function said(key: string): string {
  const words: Readonly<Record<string, string>> = JSON.parse(readFileSync("package.nls.json", "utf8"));
  return (words[key.slice(1, -1)] ?? "").replace(/`#([\w.]+)#`/g, "`$1`");
}
