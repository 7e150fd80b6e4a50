/** Words of which each is one token of the bench's model. */
const words = "the quick brown fox jumps over lazy dog while its owner asks assistant question about files".split(" ");
const numberWords = 4;

let made = 0;

/**
 * A prompt of about this many tokens, at least 4, which begins like none of the others: neither side can reuse what it
 * has computed. What is compared is the computing, not who remembers more.
 */
export function promptOf(tokens: number): string {
  const number = made++;
  // Its last digit first, so that neighbours differ from their first word on.
  const beginning = Array.from({ length: numberWords }, (_, place) => words[(number >> (4 * place)) & 15]);
  const rest = Array.from({ length: tokens - numberWords }, (_, place) => words[(place * (number + 1)) & 15]);
  return [...beginning, ...rest].join(" ");
}
