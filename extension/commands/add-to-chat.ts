import type { Command } from "./command.ts";

/** Asks what to put to the next question. */
export const addToChat: Command = async ({ chat }) => {
  const picked = await chat.attachments.pick();
  if (picked.length > 0) await chat.attach(picked);
};
