import { chosenUris } from "./chosen-uris.ts";
import type { Command } from "./command.ts";

/** The files of the explorer's selection; by the palette the current one, or one that the person chooses. */
export const addFileToChat: Command = async ({ chat }, argument, selected) => {
  const uris = chosenUris(argument, selected);
  if (uris.length > 0) return await chat.attach(await chat.attachments.uris(uris));
  const current = await chat.attachments.from("currentFile");
  const attached = current.length > 0 ? current : await chat.attachments.from("workspaceFile");
  if (attached.length > 0) await chat.attach(attached);
};
