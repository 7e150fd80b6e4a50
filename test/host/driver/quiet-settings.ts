/** Settings that keep the workbench from showing things of its own over what is tested. */
export const quietSettings = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  // Editors that float over the views would be in the way of whatever a test looks at next.
  "workbench.editor.useModal": "off",
  "telemetry.telemetryLevel": "off",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  // Its pop-ups would cover the views, and nobody forwards the gateway's port.
  "remote.autoForwardPorts": false,
  // The editor's own chat would take the side that our views are looked at on.
  "chat.disableAIFeatures": true,
};
