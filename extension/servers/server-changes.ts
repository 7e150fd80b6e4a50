import type { BackendChanges } from "../../contract/mesh/backend-entry.ts";
import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { BackendSummary } from "../../contract/rpc/backends.ts";
import type { Translate } from "../platform/translate.ts";
import type { Answer, Prompts } from "./prompts.ts";
import { keyQuestion, labelQuestion, numberQuestion, privacyQuestion } from "./questions.ts";
import { readAddress } from "./read-address.ts";

/** What to change of a server, and its new key where that is it. */
export interface ServerEdit {
  readonly changes: BackendChanges;
  readonly key?: string;
}

/** One thing about a server that can be changed. */
export interface ServerField {
  readonly label: string;
  /** As it is now, in words. */
  readonly value: string;
  readonly icon: string;
  ask(): Promise<Answer<ServerEdit>>;
}

export interface EditPerson {
  readonly prompts: Prompts;
  readonly t: Translate;
}

type FieldName = "label" | "address" | "key" | "privacy" | "priority" | "weight" | "maxConcurrent";

/** What can be changed of this server, in the order in which it is offered. */
export function serverFields(
  server: BackendSummary,
  { prompts, t }: EditPerson,
): Readonly<Record<FieldName, ServerField>> {
  const title = t("Edit {0}", { 0: server.label });
  const number =
    (name: "priority" | "weight" | "maxConcurrent", question: ReturnType<typeof numberQuestion>) =>
    async (): Promise<Answer<ServerEdit>> =>
      changed(await prompts.text({ title, ...question }), (text) => ({
        changes: { [name]: text.trim() === "" ? null : Number(text) },
      }));
  return {
    label: {
      label: t("Label"),
      value: server.label,
      icon: "tag",
      ask: async () =>
        changed(await prompts.text({ title, ...labelQuestion(t, server.label) }), (text) => ({
          changes: { label: text.trim() === "" ? null : text.trim() },
        })),
    },
    address: {
      label: t("Address"),
      value: server.url ?? "",
      icon: "link",
      ask: async () =>
        changed(
          await prompts.text({
            title,
            prompt: server.hasKey
              ? t("Its key stays with the old address: give it again after this.")
              : t("Address of the server"),
            value: server.url ?? "",
            judge: (text) => {
              const address = readAddress(text, t);
              return "problem" in address ? { text: address.problem, isError: true } : undefined;
            },
          }),
          (url) => ({ changes: { url: url.trim() } }),
        ),
    },
    key: {
      label: t("Key"),
      value: server.hasKey ? t("there is one") : t("none"),
      icon: "key",
      ask: async () => {
        const question = keyQuestion(t, undefined, false);
        const judge = (text: string) =>
          text.trim() === "" ? { text: t("Enter the new key."), isError: true } : question.judge(text);
        const answer = await prompts.text({ title, ...question, placeholder: "", judge });
        return changed(answer, (key) => ({ changes: {}, key: key.trim() }));
      },
    },
    privacy: {
      label: t("Privacy"),
      value: privacyWords(server.privacy, t),
      icon: "shield",
      ask: async () => {
        const question = privacyQuestion(t, readAddress(server.url ?? "", t), server.privacy);
        return changed(await prompts.pick({ title, ...question }), (privacy) => ({ changes: { privacy } }));
      },
    },
    priority: {
      label: t("Priority"),
      value: String(server.priority),
      icon: "list-ordered",
      ask: number(
        "priority",
        numberQuestion(t, {
          prompt: t("Servers with a smaller number are asked first; this machine's own engine has 0."),
          value: server.priority,
          from: 0,
          to: 1000,
        }),
      ),
    },
    weight: {
      label: t("Weight"),
      value: String(server.weight),
      icon: "law",
      ask: number(
        "weight",
        numberQuestion(t, {
          prompt: t("Its share among servers of the same priority: twice the weight, twice the requests."),
          value: server.weight,
          from: 1,
          to: 100,
        }),
      ),
    },
    maxConcurrent: {
      label: t("Requests at once"),
      value: server.maxConcurrent === null ? t("no limit") : String(server.maxConcurrent),
      icon: "dashboard",
      ask: number(
        "maxConcurrent",
        numberQuestion(t, {
          prompt: t("How many requests of this node it gets at the same time; the others wait here. Empty: no limit."),
          value: server.maxConcurrent,
          from: 1,
          to: 100_000,
        }),
      ),
    },
  };
}

function changed<T>(answer: Answer<T>, edit: (value: T) => ServerEdit): Answer<ServerEdit> {
  return answer.outcome === "next" ? { outcome: "next", value: edit(answer.value) } : answer;
}

function privacyWords(label: PrivacyLabel, t: Translate): string {
  switch (label) {
    case "local":
      return t("this machine");
    case "mine":
      return t("your own machines");
    case "lan":
      return t("network");
    case "cloud":
      return t("cloud");
  }
}
