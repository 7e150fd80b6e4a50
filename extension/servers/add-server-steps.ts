import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import { type ServerDefault, serverDefaults } from "../../contract/mesh/server-defaults.ts";
import type { Translate } from "../platform/translate.ts";
import type { Answer, Prompts } from "./prompts.ts";
import { keyQuestion, privacyQuestion } from "./questions.ts";
import { readAddress } from "./read-address.ts";
import type { Step, StepOutcome } from "./run-steps.ts";
import { serverIcon } from "./server-icon.ts";
import { nameProblem, suggestName } from "./suggest-name.ts";

/** A server that is being described. What is not answered yet is undefined. */
export interface ServerDraft {
  offer: ServerDefault | undefined;
  /** As typed. */
  url: string | undefined;
  name: string | undefined;
  key: string | undefined;
  privacy: PrivacyLabel | undefined;
}

export const emptyDraft = (): ServerDraft => ({
  offer: undefined,
  url: undefined,
  name: undefined,
  key: undefined,
  privacy: undefined,
});

/** Where "Change…" leads after a server did not answer. */
export const addressStep = 1;
/** Where a link leads whose address and name were confirmed. */
export const keyStep = 3;

export interface AddServerSteps {
  readonly prompts: Prompts;
  readonly t: Translate;
  /** Names that servers have already. */
  readonly taken: ReadonlySet<string>;
}

/** What is asked for a new server, in this order. */
export function addServerSteps({ prompts, t, taken }: AddServerSteps): readonly Step<ServerDraft>[] {
  const title = t("Add a server");
  return [
    async (draft, place) => {
      const choices = serverDefaults.map((offer) => ({
        label: offer.label,
        description: offer.url ?? "",
        detail: t(offer.description),
        icon: serverIcon(offer.kind, offer.program),
        value: offer,
      }));
      const placeholder = t("What kind of server is it?");
      const answer = await prompts.pick({ title, placeholder, choices, active: draft.offer }, place);
      return take(answer, (offer) => {
        // The address of another kind is of no use; one that was typed is.
        if (draft.offer !== offer && draft.url === (draft.offer?.url ?? undefined)) draft.url = undefined;
        draft.offer = offer;
      });
    },
    async (draft, place) => {
      const answer = await prompts.text(
        {
          title,
          prompt: t("Address of the server"),
          placeholder: "http://host:8000",
          value: draft.url ?? draft.offer?.url ?? "",
          judge: (text) => {
            const address = readAddress(text, t);
            if ("problem" in address) return { text: address.problem, isError: true };
            const isShown = address.isWhole && address.url !== text;
            return isShown ? { text: t("Used as {0}", { 0: address.url }), isError: false } : undefined;
          },
        },
        place,
      );
      return take(answer, (url) => {
        draft.url = url;
      });
    },
    async (draft, place) => {
      const address = readAddress(draft.url ?? "", t);
      const host = "host" in address && !address.isThisMachine ? address.host : "";
      const answer = await prompts.text(
        {
          title,
          prompt: t("Name of the server in this mesh. It stays; what people see can be changed later."),
          value: draft.name ?? suggestName([host, draft.offer?.label ?? ""], taken),
          judge: (text) => {
            const problem = nameProblem(text.trim(), taken, t);
            return problem === undefined ? undefined : { text: problem, isError: true };
          },
        },
        place,
      );
      return take(answer, (name) => {
        draft.name = name.trim();
      });
    },
    async (draft, place) => {
      const isRequired = draft.offer?.key === "required";
      const answer = await prompts.text({ title, ...keyQuestion(t, draft.key, isRequired) }, place);
      return take(answer, (key) => {
        draft.key = key.trim() === "" ? undefined : key.trim();
      });
    },
    async (draft, place) => {
      const question = privacyQuestion(t, readAddress(draft.url ?? "", t), draft.privacy);
      const answer = await prompts.pick({ title, ...question }, place);
      return take(answer, (privacy) => {
        draft.privacy = privacy ?? undefined;
      });
    },
  ];
}

function take<T>(answer: Answer<T>, keep: (value: T) => void): StepOutcome {
  if (answer.outcome === "next") keep(answer.value);
  return answer.outcome;
}
