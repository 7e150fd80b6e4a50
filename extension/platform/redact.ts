import { homedir, hostname, userInfo } from "node:os";

/** What looks like a credential: our keys, those of the common clouds, whatever follows an authorization scheme. */
const secrets = [
  /\bim-[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|pk|hf|gsk|xai|ghp|gho)[-_][A-Za-z0-9_-]{12,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<=:\/\/)[^/\s:@]+:[^/\s@]+(?=@)/g,
];

export interface Person {
  readonly home: string;
  readonly user: string;
  readonly host: string;
}

export const thisPerson = (): Person => ({ home: homedir(), user: userInfo().username, host: hostname() });

/** Makes a text fit for a public bug report: no credentials, and not whose machine it is. */
export function redactForSharing(text: string, person: Person): string {
  const withoutSecrets = secrets.reduce((result, pattern) => result.replace(pattern, "[redacted]"), text);
  const names: [string, string][] = [
    [person.home, "~"],
    [person.user, "[user]"],
    [person.host, "[host]"],
  ];
  return names.reduce((result, [name, instead]) => {
    // Short names ("root", "me") are words of other sentences too: only whole ones are replaced.
    const pattern = name.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    return name.length < 2 ? result : result.replace(new RegExp(`(?<![\\w-])${pattern}(?![\\w-])`, "g"), instead);
  }, withoutSecrets);
}
