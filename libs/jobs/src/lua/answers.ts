// What scripts answer. All throw a `TypeError` for anything else: a script that answers so is not ours.

export function asNumber(answer: unknown): number {
  if (typeof answer === 'number') return answer;
  throw unexpected(answer, 'a number');
}

/** 1 or 0. */
export function asYesOrNo(answer: unknown): boolean {
  return asNumber(answer) === 1;
}

export function asWord(answer: unknown): string {
  if (typeof answer === 'string') return answer;
  throw unexpected(answer, 'a word');
}

export function asWords(answer: unknown): string[] {
  if (isWords(answer)) return answer;
  throw unexpected(answer, 'a list of words');
}

export function asWordOrWords(answer: unknown): string | string[] {
  return typeof answer === 'string' ? answer : asWords(answer);
}

function isWords(answer: unknown): answer is string[] {
  return Array.isArray(answer) && answer.every((word) => typeof word === 'string');
}

function unexpected(answer: unknown, what: string): TypeError {
  return new TypeError(`Redis answered ${JSON.stringify(answer)} where ${what} was expected.`);
}
