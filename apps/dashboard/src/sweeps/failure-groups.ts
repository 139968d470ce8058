import type { Failure, SweepItem } from '@rondel/contracts';

/** Jobs of a sweep that failed for the same reason. */
export interface FailureGroup {
  readonly error: Failure;
  readonly items: readonly SweepItem[];
}

/** What went wrong, the most frequent first. Jobs that were cancelled by somebody have not failed. */
export function failureGroups(items: readonly SweepItem[]): FailureGroup[] {
  const groups = new Map<string, { error: Failure; items: SweepItem[] }>();
  for (const item of items) {
    const { state, error } = item;
    if (error === undefined || state !== 'failed') continue;
    const key = `${error.code} ${error.message}`;
    const group = groups.get(key) ?? { error, items: [] };
    group.items.push(item);
    groups.set(key, group);
  }
  return [...groups.values()].sort((a, b) => b.items.length - a.items.length);
}
