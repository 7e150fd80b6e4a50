import { ensureDemoModel } from "./ensure-demo-model.ts";

/** Build step: puts the demo model where the product expects it. Run by Node.js as it stands, without a build. */
const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error("Name the folder to put the demo model into");
const { path, made } = await ensureDemoModel(folder);
if (made) process.stdout.write(`Made the demo model: ${path}\n`);
