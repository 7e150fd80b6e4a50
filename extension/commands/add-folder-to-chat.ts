import { chosenUris } from "./chosen-uris.ts";
import type { Command } from "./command.ts";

/** The names below the explorer's folders; by the palette below one that the person chooses. */
export const addFolderToChat: Command = async ({ chat }, argument, selected) => {
  const uris = chosenUris(argument, selected);
  const attached = uris.length > 0 ? await chat.attachments.uris(uris) : await chat.attachments.from("folder");
  if (attached.length > 0) await chat.attach(attached);
};
