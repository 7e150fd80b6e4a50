import type * as vscode from "vscode";
import { MeshError } from "../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../contract/mesh/privacy-label.ts";
import type { AskableModel } from "../../mesh/askable-models.ts";
import type { MeshStore } from "../../mesh/mesh-store.ts";
import { systemClock } from "../../platform/clock.ts";
import type { Translate } from "../../platform/translate.ts";
import type { NodeClient } from "../../sidecar/node-connection.ts";
import { askableName } from "../model-entry-words.ts";
import { AskAgain, type AskedSession } from "./ask-again.ts";
import { askTokenCount } from "./ask-token-count.ts";
import { askedPlace } from "./asked-place.ts";
import type { Attachment } from "./attachment.ts";
import { AttachmentDraft } from "./attachment-draft.ts";
import { ChatComposer, type ComposedSession } from "./chat-composer.ts";
import { cutPrompts } from "./cut-prompts.ts";
import { TokenCounts } from "./token-counts.ts";

export interface CreateComposerOptions {
  readonly session: ComposedSession & AskedSession;
  readonly store: MeshStore;
  readonly t: Translate;
  /** Where what is attached is kept, per workspace. */
  readonly memory: vscode.Memento;
  /** What the next question goes to; null while there is nothing. */
  readonly model: () => AskableModel | null;
  readonly chooseModel: () => Promise<boolean>;
  readonly instructions: () => string;
  /** Undefined while there is no node. */
  readonly connection: () => NodeClient | undefined;
  readonly workspacePrivacy: () => Promise<PrivacyLabel | null>;
}

const draftKey = "chat.attachments";
/** The editor keeps it all in one text: a larger draft is there until its window closes. */
const maxKeptCharacters = 400_000;

export interface Composing {
  readonly composer: ChatComposer;
  readonly askAgain: AskAgain;
}

/** Ties what asks questions, new ones and those of before, to the editor and the mesh. */
export function createComposer(options: CreateComposerOptions): Composing {
  const { session, store, t, memory, model, instructions, connection, workspacePrivacy } = options;
  const client = (): NodeClient => {
    const found = connection();
    if (found === undefined) throw new MeshError("node_not_running", {});
    return found;
  };
  const fit = {
    session,
    counts: new TokenCounts({
      ask: (place, messages, signal) => askTokenCount({ client, workspacePrivacy }, { place, messages, signal }),
    }),
    place: () => {
      const asked = model();
      return asked === null ? null : askedPlace({ ...asked, label: askableName(asked, t) });
    },
    instructions,
    prompts: cutPrompts(t, options.chooseModel),
    t,
  };
  const draft = new AttachmentDraft({
    memory: {
      load: () => memory.get(draftKey),
      save: (attachments) => void memory.update(draftKey, isSmall(attachments) ? attachments : []),
    },
  });
  const composer = new ChatComposer({ ...fit, draft, onDidChangeMesh: store.onDidChange, clock: systemClock });
  return { composer, askAgain: new AskAgain(fit) };
}

const isSmall = (attachments: readonly Attachment[]): boolean =>
  attachments.reduce((sum, { text, image }) => sum + text.length + (image?.length ?? 0), 0) <= maxKeptCharacters;
