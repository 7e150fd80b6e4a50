import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Conversation } from "../../../extension/chat/conversation.ts";
import { readConversation } from "../../../extension/chat/conversations/conversation-file.ts";
import type { Workbench } from "./workbench.ts";

/** The conversations of the workbench's windows, as their files have them. */
export async function keptConversations({ workspace }: Workbench): Promise<Conversation[]> {
  const data = join(dirname(workspace), "data");
  const names = await readdir(data, { recursive: true });
  const files = names.filter((name) => /[/\\]conversations[/\\][^/\\]+\.json$/.test(name));
  const read = files.map(async (name) => {
    const path = join(data, name);
    const id = /([^/\\]+)\.json$/.exec(name)?.[1] ?? "";
    return readConversation(await readFile(path, "utf8"), { id, path });
  });
  return (await Promise.all(read)).filter((conversation) => conversation !== undefined);
}
