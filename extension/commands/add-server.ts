import { addServer as add } from "../servers/add-server.ts";
import { emptyDraft } from "../servers/add-server-steps.ts";
import type { Command } from "./command.ts";

/** Asks for a server step by step, tries it and adds it. */
export const addServer: Command = (services) => add(services, emptyDraft(), 0);
