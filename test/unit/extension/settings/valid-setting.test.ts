import { describe, expect, it } from "vitest";
import { type SettingName, settingDeclarations } from "../../../../extension/settings/declarations.ts";
import { validSetting } from "../../../../extension/settings/valid-setting.ts";

describe("a setting as a person has written it", () => {
  it.each<[SettingName, unknown, unknown]>([
    ["inferenceMesh.node.autoStart", false, false],
    ["inferenceMesh.node.autoStart", "false", true],
    ["inferenceMesh.topology.foldAbove", 500, 500],
    ["inferenceMesh.topology.foldAbove", 5, 300],
    ["inferenceMesh.topology.foldAbove", 20.5, 300],
    ["inferenceMesh.topology.foldAbove", "500", 300],
    ["inferenceMesh.statusBar.shows", "icon", "icon"],
    ["inferenceMesh.statusBar.shows", "everything", "model"],
    ["inferenceMesh.chat.model", "any name", "any name"],
    ["inferenceMesh.privacy.limit", null, "none"],
  ])("counts where it is valid, else the default does: %s %j", (name, written, counted) => {
    expect(validSetting(name, written)).toBe(counted);
  });

  it.each(Object.keys(settingDeclarations) as SettingName[])("has a default that is valid itself: %s", (name) => {
    expect(validSetting(name, settingDeclarations[name].default)).toBe(settingDeclarations[name].default);
    expect(validSetting(name, undefined)).toBe(settingDeclarations[name].default);
  });
});
