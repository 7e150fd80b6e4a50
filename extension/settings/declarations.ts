/** What package.json says of a setting; a test holds the two together. */
export interface SettingDeclaration {
  readonly type: "boolean" | "string" | "integer";
  readonly default: boolean | string | number;
  /** Of a number; both are allowed. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** `machine` where a workspace must not decide; `resource` where each folder may, and `language-overridable` each language. */
  readonly scope: "machine" | "window" | "resource" | "language-overridable";
  /** Ignored in Restricted Mode when a workspace sets it. */
  readonly isRestricted: boolean;
}

const declare = <T extends Record<`inferenceMesh.${string}`, SettingDeclaration>>(table: T): T => table;

/** What the text of a file is sent to, and how often: a folder decides that once it is trusted. */
const perLanguage = { scope: "language-overridable", isRestricted: true } as const;

/**
 * What the window decides; everything that belongs to the node is in the node's own file, because the node outlives
 * windows and serves all of them.
 */
export const settingDeclarations = declare({
  "inferenceMesh.node.autoStart": { type: "boolean", default: true, scope: "machine", isRestricted: false },
  "inferenceMesh.chat.model": { type: "string", default: "", scope: "window", isRestricted: false },
  "inferenceMesh.chat.instructions": { type: "string", default: "", scope: "resource", isRestricted: true },
  "inferenceMesh.chat.keepConversations": { type: "boolean", default: true, scope: "window", isRestricted: false },
  "inferenceMesh.inlineChat.useEditors": { type: "boolean", default: true, scope: "window", isRestricted: false },
  "inferenceMesh.ghostText.enabled": { ...perLanguage, type: "boolean", default: false },
  "inferenceMesh.ghostText.model": { ...perLanguage, type: "string", default: "" },
  "inferenceMesh.ghostText.oneLine": { ...perLanguage, type: "boolean", default: false },
  "inferenceMesh.ghostText.debounceMs": { ...perLanguage, type: "integer", default: 75, minimum: 0, maximum: 2000 },
  "inferenceMesh.ghostText.deadlineMs": { ...perLanguage, type: "integer", default: 300, minimum: 50, maximum: 10_000 },
  "inferenceMesh.ghostText.maxTokens": { ...perLanguage, type: "integer", default: 64, minimum: 8, maximum: 512 },
});

export type SettingName = keyof typeof settingDeclarations;
