import type { PrivacyLabel } from "../../contract/mesh/privacy-label.ts";
import type { Translate } from "../platform/translate.ts";
import type { PickQuestion, TextQuestion } from "./prompts.ts";
import { type TypedAddress, widerLabels } from "./read-address.ts";

const maxKeyCharacters = 4096;

/** Asks for a server's key; an empty one is none. */
export function keyQuestion(t: Translate, key: string | undefined, isRequired: boolean): Omit<TextQuestion, "title"> {
  return {
    prompt: t("Its key. This node keeps it, and sends it to this server alone."),
    placeholder: isRequired ? t("This kind usually needs one") : t("Leave it empty where none is needed"),
    value: key ?? "",
    isSecret: true,
    judge: (text) => {
      if (text.trim().length > maxKeyCharacters) return { text: t("This is too long for a key."), isError: true };
      if (/\s/.test(text.trim())) return { text: t("A key is one word."), isError: true };
      return undefined;
    },
  };
}

/** Asks how far prompts travel that go there. Null stands for what the address tells. */
export function privacyQuestion(
  t: Translate,
  address: TypedAddress,
  privacy: PrivacyLabel | undefined,
): Omit<PickQuestion<PrivacyLabel | null>, "title"> {
  const wider = widerLabels(address).map((label) => ({ ...privacyChoice(t, label), value: label }));
  return {
    placeholder: t("How far does a prompt travel that goes there?"),
    choices: [
      {
        label: t("As far as the address tells"),
        detail: t("This machine, the network or a cloud: right for nearly every server."),
        icon: "location",
        value: null,
      },
      ...wider,
    ],
    active: privacy ?? null,
  };
}

function privacyChoice(t: Translate, label: PrivacyLabel): { label: string; detail: string; icon: string } {
  if (label === "cloud") {
    return { label: t("Cloud"), detail: t("The server hands prompts on to somebody else's machines."), icon: "cloud" };
  }
  return {
    label: t("Network"),
    detail: t("The server hands prompts on to other machines of your network."),
    icon: "home",
  };
}

const maxLabelCharacters = 64;

/** Asks what people see of a server; empty goes back to its name. */
export const labelQuestion = (t: Translate, label: string): Omit<TextQuestion, "title"> => ({
  prompt: t("What people see. Empty: the server's name."),
  value: label,
  judge: (text) =>
    text.trim().length > maxLabelCharacters ? { text: t("Use at most 64 characters."), isError: true } : undefined,
});

export interface NumberQuestion {
  readonly prompt: string;
  /** Null where there is none. */
  readonly value: number | null;
  readonly from: number;
  readonly to: number;
}

/** Asks for a whole number; empty goes back to what is usual. */
export const numberQuestion = (
  t: Translate,
  { prompt, value, from, to }: NumberQuestion,
): Omit<TextQuestion, "title"> => ({
  prompt,
  value: value === null ? "" : String(value),
  judge: (text) => {
    const trimmed = text.trim();
    const isGood = /^\d{1,6}$/.test(trimmed) && Number(trimmed) >= from && Number(trimmed) <= to;
    if (trimmed === "" || isGood) return undefined;
    return {
      text: t("Enter a whole number from {0} to {1}, or nothing for the usual.", { 0: from, 1: to }),
      isError: true,
    };
  },
});
