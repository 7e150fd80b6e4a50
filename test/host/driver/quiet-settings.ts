/** Settings that keep the workbench from showing things of its own over what is tested. */
export const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  // Editors that float over the views would be in the way of whatever a test looks at next.
  "workbench.editor.useModal": "off",
  "telemetry.telemetryLevel": "off",
  // As on the desktop. In a browser the editor saves a second after the last key: then nothing is left to be reverted.
  "files.autoSave": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  // Its pop-ups would cover the views, and nobody forwards the gateway's port.
  "remote.autoForwardPorts": false,
  // The editor's own chat would take the side that our views are looked at on.
  "chat.disableAIFeatures": true,
};
