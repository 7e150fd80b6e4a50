/** What package.json says of a setting; a test holds the two together. */
export interface SettingDeclaration {
  readonly type: "boolean" | "string" | "integer";
  readonly default: boolean | string | number;
  /** Of a number; both are allowed. */
  readonly minimum?: number;
  readonly maximum?: number;
  /** Of a text that is one of a few. */
  readonly enum?: readonly string[];
  /** `machine` where a workspace must not decide; `resource` where each folder may, and `language-overridable` each language. */
  readonly scope: "machine" | "window" | "resource" | "language-overridable";
  /** Ignored in Restricted Mode when a workspace sets it. */
  readonly isRestricted: boolean;
}

const declare = <const T extends Record<`inferenceMesh.${string}`, SettingDeclaration>>(table: T): T => table;

/** What is shown and how in this window: a workspace may decide it, and nothing is lost by that. */
const perWindow = { scope: "window", isRestricted: false } as const;

/** What the text of a file is sent to, and how often: a folder decides that once it is trusted. */
const perLanguage = { scope: "language-overridable", isRestricted: true } as const;

/**
 * What the window decides; everything that belongs to the node is in the node's own file, because the node outlives
 * windows and serves all of them.
 */
export const settingDeclarations = declare({
  "inferenceMesh.node.autoStart": { type: "boolean", default: true, scope: "machine", isRestricted: false },
  "inferenceMesh.chat.model": { ...perWindow, type: "string", default: "" },
  "inferenceMesh.chat.instructions": { type: "string", default: "", scope: "resource", isRestricted: true },
  "inferenceMesh.chat.keepConversations": { ...perWindow, type: "boolean", default: true },
  "inferenceMesh.chat.sendWith": { ...perWindow, type: "string", default: "enter", enum: ["enter", "ctrlEnter"] },
  "inferenceMesh.chat.thoughts": { ...perWindow, type: "string", default: "folded", enum: ["folded", "open"] },
  "inferenceMesh.inlineChat.useEditors": { ...perWindow, type: "boolean", default: true },
  "inferenceMesh.inlineChat.review": {
    ...perWindow,
    type: "string",
    default: "auto",
    enum: ["auto", "inLines", "sideBySide"],
  },
  "inferenceMesh.inlineChat.contextLines": { ...perWindow, type: "integer", default: 60, minimum: 0, maximum: 400 },
  "inferenceMesh.inlineChat.rememberedPrompts": {
    ...perWindow,
    type: "integer",
    default: 30,
    minimum: 0,
    maximum: 100,
  },
  "inferenceMesh.ghostText.enabled": { ...perLanguage, type: "boolean", default: false },
  "inferenceMesh.ghostText.model": { ...perLanguage, type: "string", default: "" },
  "inferenceMesh.ghostText.oneLine": { ...perLanguage, type: "boolean", default: false },
  "inferenceMesh.ghostText.debounceMs": { ...perLanguage, type: "integer", default: 75, minimum: 0, maximum: 2000 },
  "inferenceMesh.ghostText.deadlineMs": { ...perLanguage, type: "integer", default: 300, minimum: 50, maximum: 10_000 },
  "inferenceMesh.ghostText.maxTokens": { ...perLanguage, type: "integer", default: 64, minimum: 8, maximum: 512 },
  "inferenceMesh.nativeChat.models": { ...perWindow, type: "string", default: "all", enum: ["all", "own", "none"] },
  "inferenceMesh.privacy.limit": {
    ...perWindow,
    type: "string",
    default: "none",
    enum: ["none", "cloud", "lan", "mine", "local"],
  },
  "inferenceMesh.topology.animateTraffic": { ...perWindow, type: "boolean", default: true },
  "inferenceMesh.topology.pauseOnBattery": { ...perWindow, type: "boolean", default: true },
  "inferenceMesh.topology.edgeMetric": {
    ...perWindow,
    type: "string",
    default: "latencyP50Ms",
    enum: ["latencyP50Ms", "latencyP95Ms", "requestsPerSecond", "tokensPerSecond", "queued"],
  },
  "inferenceMesh.topology.foldAbove": { ...perWindow, type: "integer", default: 300, minimum: 20, maximum: 5000 },
  "inferenceMesh.topology.refreshSeconds": { ...perWindow, type: "integer", default: 5, minimum: 1, maximum: 300 },
  "inferenceMesh.statusBar.shows": { ...perWindow, type: "string", default: "model", enum: ["model", "nodes", "icon"] },
  "inferenceMesh.notifications.configuration": {
    ...perWindow,
    type: "string",
    default: "all",
    enum: ["all", "problems", "none"],
  },
  "inferenceMesh.useWith.shell": {
    type: "string",
    default: "auto",
    enum: ["auto", "sh", "powershell"],
    scope: "machine",
    isRestricted: false,
  },
});

export type SettingName = keyof typeof settingDeclarations;

type Declared = typeof settingDeclarations;
/** What reading a setting gives. */
export type SettingValue<N extends SettingName> = Declared[N] extends { readonly enum: readonly (infer Option)[] }
  ? Option
  : Declared[N]["default"] extends boolean
    ? boolean
    : Declared[N]["default"] extends number
      ? number
      : string;
