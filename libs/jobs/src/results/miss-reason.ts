/** What a result depends on besides its input; see `ResultIdentity` of `@rondel/reco`. */
export type ResultFacts = Readonly<Record<string, string>>;

/** Differences that are named one by one. */
const mostNamed = 3;

/**
 * One sentence that says why a result was not in the cache.
 *
 * @param gone Why it is no longer there: `age`, `size`, `emptied`, `maxsize <n>` or a sentence; empty when it was not kept before.
 * @param nearby What the kept results of the same step and input depend on.
 */
export function missReason(facts: ResultFacts, gone: string, nearby: readonly ResultFacts[]): string {
  if (gone !== '') return goneReason(gone);
  const differences = nearby
    .map((other) => differingNames(facts, other))
    .sort((one, two) => one.length - two.length)[0];
  if (differences === undefined) return 'Nothing is kept of this step for this input.';
  if (differences.length === 0) return 'What is kept for this input was computed with other values of the same plan.';
  const named = differences.slice(0, mostNamed).join(', ');
  const more = differences.length > mostNamed ? ` and ${differences.length - mostNamed} more` : '';
  return `Differs from the nearest kept result in ${named}${more}.`;
}

function goneReason(gone: string): string {
  if (gone === 'age') return 'It was removed because nobody had used it for long.';
  if (gone === 'size') return 'It was removed because the cache was full.';
  if (gone === 'emptied') return 'It was removed because the cache of its plan was emptied.';
  const size = /^maxsize (\d+)$/.exec(gone)?.[1];
  return size === undefined ? gone : `It was removed to make room: maxsize is ${size} for each step and input.`;
}

function differingNames(one: ResultFacts, two: ResultFacts): string[] {
  const names = new Set([...Object.keys(one), ...Object.keys(two)]);
  return [...names].filter((name) => one[name] !== two[name]);
}
