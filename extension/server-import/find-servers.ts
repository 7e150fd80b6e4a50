import { open } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import * as vscode from "vscode";
import type { Translate } from "../platform/translate.ts";
import type { Findings, FoundServer } from "./found-server.ts";
import { ollamaAddress } from "./ollama-address.ts";
import { maxFileBytes } from "./parse-hostile.ts";
import { readContinue } from "./read-continue.ts";
import { readLiteLlm } from "./read-litellm.ts";

const lmStudio = "http://127.0.0.1:1234";
/** On this machine a program answers at once, or is not there. */
const answerMs = 1000;
const maxWorkspaceFiles = 20;

/** What other programs on the node's machine know, and which of them answer there. @throws the signal's reason */
export async function findServers(t: Translate, signal: AbortSignal): Promise<Findings> {
  const here = (path: string): string => join(homedir(), ".continue", path);
  const files = await vscode.workspace.findFiles(
    "**/{litellm*,*litellm,config}.{yaml,yml}",
    "**/node_modules/**",
    maxWorkspaceFiles,
  );
  const found = await Promise.all([
    findingsIn(here("config.yaml"), "~/.continue/config.yaml", (text, source) => readContinue(text, source, t)),
    findingsIn(here("config.json"), "~/.continue/config.json", (text, source) => readContinue(text, source, t)),
    findOllama(signal),
    findProgram({ kind: "openai-compatible", url: lmStudio, label: "LM Studio" }, "/v1/models", signal),
    ...files.map(({ fsPath }) => findInLiteLlmFile(fsPath, t)),
  ]);
  signal.throwIfAborted();
  return {
    servers: found.flatMap(({ servers }) => servers),
    passedOver: found.flatMap(({ passedOver }) => passedOver),
  };
}

/** The servers behind a LiteLLM proxy; nothing when the file is something else. */
export const findInLiteLlmFile = (path: string, t: Translate): Promise<Findings> =>
  findingsIn(path, basename(path), (text, source) => readLiteLlm(text, source, t));

const nothing: Findings = { servers: [], passedOver: [] };

async function findingsIn(
  path: string,
  source: string,
  read: (text: string, source: string) => Findings | undefined,
): Promise<Findings> {
  const text = await readCapped(path);
  return (text === undefined ? undefined : read(text, source)) ?? nothing;
}

/** Undefined for a file that is not there, is no file, or is too large to be somebody's settings. */
async function readCapped(path: string): Promise<string | undefined> {
  try {
    const file = await open(path, "r");
    try {
      const { size } = await file.stat();
      return size > maxFileBytes ? undefined : await file.readFile("utf8");
    } finally {
      await file.close();
    }
  } catch {
    // Most people have one of these programs at most.
    return undefined;
  }
}

async function findOllama(signal: AbortSignal): Promise<Findings> {
  const url = ollamaAddress(process.env.OLLAMA_HOST);
  const server = { kind: "ollama", url, label: "Ollama" } as const;
  const isHere = new URL(url).hostname === "127.0.0.1";
  // Whoever named another machine means it, whether it answers now or not.
  if (isHere) return await findProgram(server, "/api/version", signal);
  return { servers: [{ ...server, source: "OLLAMA_HOST", key: undefined }], passedOver: [] };
}

async function findProgram(
  server: Pick<FoundServer, "kind" | "url" | "label">,
  path: string,
  signal: AbortSignal,
): Promise<Findings> {
  const either = AbortSignal.any([signal, AbortSignal.timeout(answerMs)]);
  try {
    const answer = await fetch(`${server.url}${path}`, { redirect: "error", signal: either });
    await answer.body?.cancel();
    return answer.ok ? { servers: [{ ...server, source: server.url, key: undefined }], passedOver: [] } : nothing;
  } catch {
    // It is not running, or nobody waits for it any more.
    return nothing;
  }
}
