import * as vscode from "vscode";
import { conversationMarkdown, markdownFileName } from "../chat/conversations/conversation-markdown.ts";
import { plainText } from "../platform/plain-text.ts";
import type { Command } from "./command.ts";
import { conversationToActOn } from "./conversation-to-act-on.ts";

/** Writes what is shown of a conversation as Markdown where the person wants it. */
export const exportConversation: Command = async (services, argument) => {
  const { t } = services;
  const title = t("Export a conversation");
  const conversation = await conversationToActOn(services, argument, title);
  if (conversation === undefined) return;
  const name = markdownFileName(conversation, t);
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  const target = await vscode.window.showSaveDialog({
    title,
    filters: { Markdown: ["md"] },
    ...(folder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(folder, name) }),
  });
  if (target === undefined) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(conversationMarkdown(conversation, t), "utf8"));
  const open = t("Open");
  const saved = t("Saved as {0}.", { 0: plainText(target.path.split("/").at(-1) ?? name) });
  if ((await vscode.window.showInformationMessage(saved, open)) === open) {
    await vscode.commands.executeCommand("vscode.open", target);
  }
};
