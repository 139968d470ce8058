import { failure, type FailureCode, type Problem } from '@rondel/contracts';
import { planLimits } from '../value/limits.js';

export interface Finding {
  readonly code: FailureCode;
  readonly message: string;
  readonly at: string;
  readonly details?: Record<string, unknown> | undefined;
}

/** Collects problems up to a limit; the rest is counted, so that a hostile plan can't make a huge answer. */
export interface ProblemList {
  /** All that were found, also beyond the limit. */
  readonly count: number;
  /** `finding` is only called, and its sentence only made, while there is room. */
  add(finding: () => Finding): void;
  /** Takes over what another list found; `what` names those it only counted. */
  addAll(other: ProblemList, what: string): void;
  /** The problems kept, and a last one that counts the others. */
  all(what?: string): readonly Problem[];
  /** An empty list of its own. */
  scratch(limit?: number): ProblemList;
}

/** Where a value is checked. */
export interface Site {
  readonly path: string;
  readonly problems: ProblemList;
}

export function problemList(limit: number = planLimits.problems): ProblemList {
  const kept: Problem[] = [];
  let count = 0;
  const list: ProblemList = {
    get count() {
      return count;
    },
    add: (finding) => {
      count += 1;
      if (kept.length >= limit) return;
      const { code, message, at, details } = finding();
      kept.push(failure(code, message, { at, details }));
    },
    addAll: (other, what) => {
      for (const problem of other.all(what)) list.add(() => ({ ...problem, at: problem.at ?? '' }));
    },
    all: (what = 'more problems') => [...kept, ...remainder(kept.at(-1), count - kept.length, what)],
    scratch: problemList,
  };
  return list;
}

function remainder(last: Problem | undefined, more: number, what: string): readonly Problem[] {
  if (last === undefined || more === 0) return [];
  return [failure(last.code, `${more} ${what}.`, { at: last.at, details: { more } })];
}
