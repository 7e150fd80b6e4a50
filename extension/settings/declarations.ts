/** What package.json says of a setting; a test holds the two together. */
export interface SettingDeclaration {
  readonly type: "boolean" | "string";
  readonly default: boolean | string;
  /** `machine` where a workspace must not decide; `resource` where each folder may. */
  readonly scope: "machine" | "window" | "resource";
  /** Ignored in Restricted Mode when a workspace sets it. */
  readonly isRestricted: boolean;
}

const declare = <T extends Record<`inferenceMesh.${string}`, SettingDeclaration>>(table: T): T => table;

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
});

export type SettingName = keyof typeof settingDeclarations;
