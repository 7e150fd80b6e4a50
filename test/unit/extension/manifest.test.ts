import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { errorCatalogue } from "../../../contract/errors/catalogue.ts";
import { type CommandDeclaration, commandDeclarations } from "../../../extension/commands/declarations.ts";
import { contextKeys } from "../../../extension/mesh/context-values.ts";
import {
  answerController,
  comparePanelType,
  panelContainer,
  topologyPanelType,
  useWithPanelType,
  viewContainer,
  views,
  walkthrough,
  walkthroughSteps,
} from "../../../extension/platform/views.ts";
import { type SettingDeclaration, settingDeclarations } from "../../../extension/settings/declarations.ts";
import { nodeStateKinds } from "../../../extension/sidecar/node-state.ts";
import { collectWords } from "../../support/write-l10n-bundle.ts";

const root = resolve(import.meta.dirname, "../../..");
const readJson = <T>(path: string): T => JSON.parse(readFileSync(join(root, path), "utf8")) as T;

interface MenuItem {
  command?: string;
  submenu?: string;
  when?: string;
  group?: string;
}
interface ManifestSetting extends Omit<SettingDeclaration, "isRestricted"> {
  order: number;
  markdownDescription: string;
  enumItemLabels?: string[];
  markdownEnumDescriptions?: string[];
}
interface Manifest {
  icon: string;
  l10n: string;
  extensionKind: string[];
  activationEvents: string[];
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: string };
  };
  contributes: {
    commands: { command: string; title: string; category: string; icon?: string; enablement?: string }[];
    menus: Record<string, MenuItem[]>;
    submenus: { id: string; label: string }[];
    keybindings: (MenuItem & { command: string; key: string })[];
    viewsContainers: { panel: { id: string; icon: string }[]; activitybar: { id: string; icon: string }[] };
    views: Record<string, { id: string; icon: string }[]>;
    viewsWelcome: { view: string; contents: string; when: string }[];
    configuration: { id: string; title: string; order: number; properties: Record<string, ManifestSetting> }[];
    walkthroughs: { id: string; steps: { id: string; media: { markdown: string }; completionEvents: string[] }[] }[];
  };
}
const manifestText = readFileSync(join(root, "package.json"), "utf8");
const manifest = readJson<Manifest>("package.json");
const words = readJson<Record<string, string>>("package.nls.json");
const { contributes } = manifest;
const declarations: [string, CommandDeclaration][] = Object.entries(commandDeclarations);
const allMenuItems = Object.values(contributes.menus).flat();

/** Every condition of the manifest. */
const conditions = [
  ...contributes.commands.map((command) => command.enablement),
  ...allMenuItems.map((item) => item.when),
  ...contributes.keybindings.map((binding) => binding.when),
  ...contributes.viewsWelcome.map((welcome) => welcome.when),
].filter((condition) => condition !== undefined);

describe("commands", () => {
  it("are those of the table, with its icons and conditions", () => {
    const declared = declarations.map(([command, { icon, enablement }]) => ({ command, icon, enablement }));
    expect(contributes.commands.map(({ command, icon, enablement }) => ({ command, icon, enablement }))).toEqual(
      declared,
    );
  });

  it("have their English title and category in package.nls.json", () => {
    for (const { command, title, category } of contributes.commands) {
      const key = title.slice(1, -1);
      expect(words[key], command).toBe(declarations.find(([name]) => name === command)?.[1].title);
      expect(words[category.slice(1, -1)]).toBe("Mesh");
    }
  });

  it("are hidden from the palette exactly when they need a row of the tree", () => {
    const hidden = contributes.menus.commandPalette
      ?.filter((item) => item.when === "false")
      .map((item) => item.command);
    expect(hidden).toEqual(declarations.filter(([, each]) => !each.isInPalette).map(([name]) => name));
  });

  it("exist wherever a menu or a link names them, and have an icon in toolbars", () => {
    const names = new Set(declarations.map(([name]) => name));
    const submenus = contributes.submenus.map(({ id }) => id);
    expect(Object.keys(contributes.menus)).toEqual(expect.arrayContaining(submenus));
    for (const item of allMenuItems) {
      if (item.submenu !== undefined) expect(submenus).toContain(item.submenu);
      else expect(names).toContain(item.command);
      const isInToolbar = item.group?.startsWith("navigation") || item.group?.startsWith("inline");
      if (isInToolbar) expect(contributes.commands.find(({ command }) => command === item.command)?.icon).toBeDefined();
    }
    const linked = Object.values(words).flatMap((text) => [...text.matchAll(/\(command:([\w.]+)\)/g)]);
    for (const [, name = ""] of linked) {
      if (name.startsWith("workbench.") || /\.focus$/.test(name)) continue;
      expect(names).toContain(name);
    }
  });
});

describe("keys", () => {
  it("belong to declared commands, and are taken in an editor only", () => {
    const names = new Set(declarations.map(([name]) => name));
    for (const { command, when } of contributes.keybindings) {
      expect(names).toContain(command);
      expect(when).toContain("editorTextFocus");
    }
  });

  it("of the editor itself are taken only while an edit of ours is reviewed", () => {
    for (const { key, when } of contributes.keybindings) {
      expect(key).not.toBe("ctrl+i");
      if (["escape", "ctrl+enter"].includes(key)) expect(when).toMatch(/(^|&& )inferenceMesh\.isReviewing/);
    }
  });
});

describe("conditions", () => {
  it("use declared context keys and states only", () => {
    for (const condition of conditions) {
      for (const [key] of condition.matchAll(/inferenceMesh\.\w+/g)) {
        expect([...contextKeys, ...Object.values(views), answerController] as string[], condition).toContain(key);
      }
      for (const [, state] of condition.matchAll(/inferenceMesh\.nodeState [!=]= (\w+)/g)) {
        expect(nodeStateKinds as readonly string[], condition).toContain(state);
      }
    }
  });

  it("welcome a person in every state in which the tree is empty", () => {
    const text = contributes.viewsWelcome.map((welcome) => welcome.when).join("\n");
    for (const state of nodeStateKinds) expect(text).toContain(`inferenceMesh.nodeState == ${state}`);
  });

  it("name failures by codes of the catalogue", () => {
    for (const welcome of contributes.viewsWelcome) {
      for (const [, code = ""] of welcome.when.matchAll(/inferenceMesh\.failure == (\w+)/g)) {
        expect(Object.keys(errorCatalogue)).toContain(code);
      }
    }
  });
});

describe("views, settings and the walkthrough", () => {
  it("contribute the declared views to the declared container, with icons that exist", () => {
    const { activitybar, panel } = contributes.viewsContainers;
    expect(activitybar.map(({ id }) => id)).toEqual([viewContainer]);
    expect(panel.map(({ id }) => id)).toEqual([panelContainer]);
    const contributed = [viewContainer, panelContainer].flatMap((id) => contributes.views[id] ?? []);
    expect(contributed.map(({ id }) => id)).toEqual(Object.values(views));
    const icons = [manifest.icon, ...[...activitybar, ...panel, ...contributed].map(({ icon }) => icon)];
    for (const icon of icons) expect(existsSync(join(root, icon)), icon).toBe(true);
  });

  it("have the declared settings with their defaults and scopes, in order", () => {
    const properties = Object.assign({}, ...contributes.configuration.map((section) => section.properties));
    expect(Object.keys(properties)).toEqual(Object.keys(settingDeclarations));
    for (const [name, { isRestricted: _, ...declared }] of Object.entries<SettingDeclaration>(settingDeclarations)) {
      expect(properties[name]).toMatchObject(declared);
    }
    for (const list of [contributes.configuration, Object.values<ManifestSetting>(properties)]) {
      const orders = list.map(({ order }) => order);
      expect(orders).toEqual(orders.toSorted((a, b) => a - b));
      expect(new Set(orders).size).toBe(orders.length);
    }
    const restricted = Object.entries(settingDeclarations).filter(([, each]) => each.isRestricted);
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toEqual(
      restricted.map(([name]) => name),
    );
  });

  it("say of each setting what it does, in the section of its name, and of each choice what it is", () => {
    const said = (key: string): string => words[key.slice(1, -1)] ?? "";
    const all = Object.keys(settingDeclarations);
    for (const { id, properties } of contributes.configuration) {
      for (const [name, setting] of Object.entries(properties)) {
        expect(name.split(".")[1]).toBe(id);
        const description = said(setting.markdownDescription);
        expect(description.length, name).toBeGreaterThan(40);
        // Links to other settings lead to some.
        for (const [, link] of description.matchAll(/#(inferenceMesh[\w.]+)#/g)) expect(all).toContain(link);
        if (setting.enum === undefined) continue;
        expect(setting.enumItemLabels?.map(said).filter(Boolean), name).toHaveLength(setting.enum.length);
        expect(setting.markdownEnumDescriptions, name).toHaveLength(setting.enum.length);
      }
    }
  });

  it("are few enough to be read", () => {
    const count = Object.keys(settingDeclarations).length;
    expect(count).toBeGreaterThanOrEqual(18);
    expect(count).toBeLessThanOrEqual(35);
  });

  it("have at most six steps, each with a picture of words and an end", () => {
    expect(contributes.walkthroughs.map(({ id }) => id)).toEqual([walkthrough]);
    const steps = contributes.walkthroughs[0]?.steps ?? [];
    expect(steps.map(({ id }) => id)).toEqual([...walkthroughSteps]);
    expect(steps.length).toBeLessThanOrEqual(6);
    for (const step of steps) {
      expect(existsSync(join(root, step.media.markdown)), step.media.markdown).toBe(true);
      // Whatever else ends a step: it is also ticked when it was done before the walkthrough was opened.
      expect(step.completionEvents).toContain(`onContext:inferenceMesh.stepsDone =~ /\\b${step.id}\\b/`);
      for (const [key] of step.completionEvents.join("\n").matchAll(/(?<=onContext:)inferenceMesh\.\w+/g)) {
        expect(contextKeys as readonly string[]).toContain(key);
      }
    }
  });

  it("is limited, not absent, where a folder is not trusted or not a disk's", () => {
    expect(manifest.extensionKind).toEqual(["workspace"]);
    expect(manifest.capabilities.untrustedWorkspaces.supported).toBe("limited");
    expect(manifest.capabilities.virtualWorkspaces.supported).toBe("limited");
    // Whoever has turned ghost text on must not open a view first. The editor knows all others from what is contributed.
    expect(manifest.activationEvents).toEqual([
      "onUri",
      "onLanguage",
      `onWebviewPanel:${topologyPanelType}`,
      `onWebviewPanel:${comparePanelType}`,
      `onWebviewPanel:${useWithPanelType}`,
    ]);
  });
});

describe("words", () => {
  it("of the manifest are exactly those that it uses", () => {
    const used = new Set([...manifestText.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key));
    expect([...used].sort()).toEqual(Object.keys(words).sort());
  });

  it("of the code are exactly those of the bundle", () => {
    const bundle = readJson<Record<string, string>>(`${manifest.l10n}/bundle.l10n.json`);
    expect(Object.keys(bundle).sort()).toEqual(collectWords(root));
    for (const [key, text] of Object.entries(bundle)) expect(text).toBe(key);
  });
});
