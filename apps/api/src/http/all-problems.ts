import { isRondelError, throwProblems, type FailureCode, type Problem } from '@rondel/contracts';

/** What whoever made the request can mend; everything else hides what it might have said besides. */
const theirs = /^(PLAN|DATA|POOL)_/;

/**
 * Waits for all of several checks, so that a person hears of everything that is wrong at once.
 *
 * Throws the only failure as it is, several as the problems of the first one, and any that is no problem of the request
 * before all others.
 */
export async function allChecks<T extends readonly unknown[]>(checks: {
  readonly [K in keyof T]: Promise<T[K]>;
}): Promise<T> {
  const settled = await Promise.allSettled(checks);
  // Two of them may have waited for the same.
  const reasons = [...new Set(settled.flatMap((one): unknown[] => (one.status === 'rejected' ? [one.reason] : [])))];
  if (reasons.length <= 1) return Promise.all(checks);
  const problems: Problem[] = [];
  for (const reason of reasons) {
    if (!isRondelError(reason) || !isTheirs(reason.code)) throw reason;
    problems.push(...(reason.failure.problems ?? [reason.failure]));
  }
  throwProblems(problems);
  return Promise.all(checks);
}

function isTheirs(code: FailureCode): boolean {
  return theirs.test(code);
}
