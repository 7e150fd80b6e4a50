import { describe, expect, it } from "vitest";
import { childEnvironment, nodeEnvironment } from "../../../sidecar/platform/child-environment.ts";

describe("a child's environment", () => {
  it.each([
    "PATH",
    "HOME",
    "LANG",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "XDG_RUNTIME_DIR",
    "XDG_STATE_HOME",
    "INFERENCE_MESH_HOME",
    "CUDA_VISIBLE_DEVICES",
    "NVIDIA_VISIBLE_DEVICES",
    "GGML_VK_VISIBLE_DEVICES",
    "VK_ICD_FILENAMES",
    "HIP_VISIBLE_DEVICES",
    "ROCR_VISIBLE_DEVICES",
    "HSA_OVERRIDE_GFX_VERSION",
  ])("keeps %s, which a child needs to start and to find its folders and devices", (name) => {
    expect(childEnvironment({ [name]: "value" })).toHaveProperty(name, "value");
  });

  it("keeps Windows' variables however they are spelt", () => {
    expect(childEnvironment({ Path: "C:\\x", SystemRoot: "C:\\Windows" })).toMatchObject({
      Path: "C:\\x",
      SystemRoot: "C:\\Windows",
    });
  });

  it.each([
    "OPENAI_API_KEY",
    "ANTHROPIC_API_KEY",
    "AWS_SECRET_ACCESS_KEY",
    "GITHUB_TOKEN",
    "HF_TOKEN",
    "HF_TOKEN_PATH",
    "KUBECONFIG",
    "SSH_AUTH_SOCK",
    "HTTPS_PROXY",
    "VSCODE_PID",
    "VSCODE_IPC_HOOK",
    "VSCODE_INSPECTOR_OPTIONS",
    "ELECTRON_NO_ATTACH_CONSOLE",
    "NODE_PATH",
    "NODE_EXTRA_CA_CERTS",
    "LD_PRELOAD",
    "MY_PATH",
  ])("drops %s", (name) => {
    expect(childEnvironment({ [name]: "value" })).not.toHaveProperty(name);
  });

  it.each(["NVIDIA_API_KEY", "VK_ACCESS_TOKEN"])("drops %s, a secret whose name begins like a device's", (name) => {
    expect(childEnvironment({ [name]: "value" })).not.toHaveProperty(name);
  });

  it("does not hand on options of Node, such as a debugger that waits", () => {
    expect(childEnvironment({ NODE_OPTIONS: "--inspect-brk" }).NODE_OPTIONS).toBe("");
  });

  it("makes an editor's binary act as plain Node", () => {
    expect(childEnvironment({})).toEqual({ ELECTRON_RUN_AS_NODE: "1", NODE_OPTIONS: "" });
  });
});

it("does not give an engine what a person has set for the configuration", () => {
  expect(childEnvironment({ INFERENCE_MESH_SITE: "lab" })).not.toHaveProperty("INFERENCE_MESH_SITE");
});

describe("a node's environment", () => {
  it.each([
    "HTTPS_PROXY",
    "https_proxy",
    "HTTP_PROXY",
    "NO_PROXY",
    "NODE_EXTRA_CA_CERTS",
    "HF_ENDPOINT",
    "HF_HOME",
    "HF_TOKEN_PATH",
    "OLLAMA_MODELS",
    "INFERENCE_MESH_SITE",
  ])("keeps %s as well, which it needs to reach the network and models that are there", (name) => {
    expect(nodeEnvironment({ [name]: "value" })).toHaveProperty(name, "value");
  });

  it.each(["HF_TOKEN", "OPENAI_API_KEY", "NODE_OPTIONS", "LD_PRELOAD", "VSCODE_PID"])(
    "drops %s like a child's",
    (name) => {
      expect(nodeEnvironment({ [name]: "value" })[name] ?? "").toBe("");
    },
  );
});

it("lets a node know its session's bus, where the keyring is, and an engine not", () => {
  const env = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/run/user/1000/bus" };
  expect(nodeEnvironment(env)).toMatchObject(env);
  expect(childEnvironment(env)).not.toHaveProperty("DBUS_SESSION_BUS_ADDRESS");
});
