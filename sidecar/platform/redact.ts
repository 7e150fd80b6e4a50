/** What a key looks like: ours, those of the common clouds, and whatever follows an authorization scheme. */
const secretPatterns = [
  /\bim-[A-Za-z0-9_-]{20,}/g,
  /\b(?:sk|pk|hf|gsk|xai)[-_][A-Za-z0-9_-]{12,}/g,
  /\bAIza[A-Za-z0-9_-]{30,}/g,
  /\b(?<scheme>Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /(?<=:\/\/)[^/\s@]+(?=@)/g,
];

/** Replaces everything that looks like a credential. A second fence: code should never pass one here. */
export function redact(text: string): string {
  return secretPatterns.reduce((result, pattern) => result.replace(pattern, "[redacted]"), text);
}
