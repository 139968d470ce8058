/** Entries along an axis, [start, stop) from 0. */
export interface Run {
  readonly start: number;
  readonly stop: number;
}

/** How many entries runs have together. */
export function countOfRuns(runs: readonly Run[]): number {
  return runs.reduce((sum, { start, stop }) => sum + Math.max(0, stop - start), 0);
}

/** Of what runs have, counted from their first entry on, the entries [start, stop), as runs again. */
export function partOfRuns(runs: readonly Run[], { start, stop }: Run): Run[] {
  const part: Run[] = [];
  let before = 0;
  for (const run of runs) {
    const length = run.stop - run.start;
    const from = run.start + Math.max(0, start - before);
    const to = run.start + Math.min(length, stop - before);
    if (from < to) part.push({ start: from, stop: to });
    before += length;
    if (before >= stop) break;
  }
  return part;
}

/** How many of the entries of runs come before each of some places, which are in order. */
export function countsBefore(runs: readonly Run[], places: readonly number[]): number[] {
  let [index, whole] = [0, 0];
  return places.map((place) => {
    for (let run = runs[index]; run !== undefined && run.stop <= place; run = runs[index]) {
      whole += run.stop - run.start;
      index += 1;
    }
    return whole + Math.max(0, place - (runs[index]?.start ?? place));
  });
}

/** The values of a list that runs have; NaN beyond its end. */
export function valuesOfRuns(values: ArrayLike<number>, runs: readonly Run[]): Float64Array {
  return Float64Array.from(
    runs.flatMap(({ start, stop }) => Array.from({ length: stop - start }, (_, index) => values[start + index] ?? NaN)),
  );
}
