import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/** House rule 2: about 250 lines a file. Tables, schemas, stylesheets and lists of cases may be longer. */
const maxLines = 300;
const mayBeLonger = /(^|\/)(catalogue\.ts|corpus\/.*|.*\.test\.ts|.*\.css)$/;

const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "*.ts", "*.mjs", "*.css"],
  {
    encoding: "utf8",
  },
);
const tooLong = files
  .split("\n")
  .filter((file) => file !== "" && !mayBeLonger.test(file))
  .map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }))
  .filter(({ lines }) => lines > maxLines);

for (const { file, lines } of tooLong) console.error(`${file}: ${lines} lines, at most ${maxLines}`);
const unnamed = files.split("\n").filter((file) => /(^|\/)(utils?|helpers?|common|misc|manager)(\.|\/)/.test(file));
for (const file of unnamed) console.error(`${file}: the name does not say what is in it`);
process.exitCode = tooLong.length + unnamed.length === 0 ? 0 : 1;
