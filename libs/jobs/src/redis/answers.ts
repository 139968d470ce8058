/** Throws a `TypeError`: a script that answers otherwise is not ours. */
export function asNumber(answer: unknown): number {
  if (typeof answer === 'number') return answer;
  throw new TypeError(`Redis answered ${JSON.stringify(answer)} where a number was expected.`);
}

/** Throws a `TypeError`, as `asNumber` does. */
export function asWords(answer: unknown): string[] {
  if (Array.isArray(answer) && answer.every((word) => typeof word === 'string')) return answer;
  throw new TypeError(`Redis answered ${JSON.stringify(answer)} where a list of words was expected.`);
}
