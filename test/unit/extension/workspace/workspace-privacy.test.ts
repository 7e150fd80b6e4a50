import { describe, expect, it } from "vitest";
import type { MeshError } from "../../../../contract/errors/mesh-error.ts";
import type { PrivacyLabel } from "../../../../contract/mesh/privacy-label.ts";
import { WorkspacePrivacy } from "../../../../extension/workspace/workspace-privacy.ts";

/** A window whose folders hold these texts; null is no file, an error one that cannot be read. */
function open(...texts: (string | null | Error)[]) {
  const problems: MeshError[] = [];
  const own: { limit: PrivacyLabel | null } = { limit: null };
  const folders = () =>
    texts.map((text, index) => ({
      path: `/folder-${index}/.inference-mesh.json`,
      read: async () => {
        if (text instanceof Error) throw text;
        return text;
      },
    }));
  const privacy = new WorkspacePrivacy({
    folders,
    ownLimit: () => own.limit,
    onProblem: (error) => problems.push(error),
  });
  return { privacy, problems, texts, own };
}

describe("a window's folders", () => {
  it("limit nothing when none has a policy", async () => {
    expect(await open().privacy.read()).toBeNull();
    expect(await open(null, null).privacy.read()).toBeNull();
  });

  it("limit by the tightest of their policies", async () => {
    expect(await open('{"privacy":"cloud"}', null, '{"privacy":"mine"}').privacy.read()).toBe("mine");
  });

  it("and the person's own limit hold together: the tighter of them, and neither relaxes the other", async () => {
    const { privacy, own } = open('{"privacy":"lan"}');
    own.limit = "mine";
    expect(await privacy.read()).toBe("mine");
    own.limit = "cloud";
    expect(await privacy.read()).toBe("lan");
  });

  it("let nothing leave the machine while one's policy is not valid, and say so", async () => {
    const { privacy, problems } = open('{"privacy":"cloud"}', '{"privcy":"lan"}');
    expect(await privacy.read()).toBe("local");
    expect(problems.map(({ code, params }) => ({ code, params }))).toEqual([
      {
        code: "workspace_policy_invalid",
        params: { path: "/folder-1/.inference-mesh.json", problem: "it has unknown keys: privcy" },
      },
    ]);
  });

  it("let nothing leave the machine while one's policy cannot be read, and quote nothing of why", async () => {
    const { privacy, problems } = open(Object.assign(new Error("secret text"), { code: "Unavailable" }));
    expect(await privacy.read()).toBe("local");
    expect(problems[0]?.message).toContain("Unavailable");
    expect(problems[0]?.message).not.toContain("secret");
  });

  it("are read anew each time", async () => {
    const { privacy, texts } = open('{"privacy":"cloud"}');
    await privacy.read();
    texts[0] = '{"privacy":"local"}';
    expect(await privacy.read()).toBe("local");
    texts.push('{"privacy":"lan"}');
    texts[0] = null;
    expect(await privacy.read()).toBe("lan");
  });

  it("say a problem once, until it is another one or comes again", async () => {
    const { privacy, problems, texts } = open("no");
    await privacy.read();
    await privacy.read();
    expect(problems).toHaveLength(1);
    texts[0] = "{}";
    await privacy.read();
    expect(problems).toHaveLength(2);
    texts[0] = null;
    await privacy.read();
    texts[0] = "{}";
    await privacy.read();
    expect(problems).toHaveLength(3);
  });
});
