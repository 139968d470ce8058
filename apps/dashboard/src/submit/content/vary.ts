import { RondelError, type SweepSubmission, type VaryProperty } from '@rondel/contracts';
import { mostCombinations, parseSweepRange } from '@rondel/plan';
import type { PreparedSubmission } from './submission.js';
import { varyFieldName } from './vary-field.js';

/** One property that is varied, as the form has it. */
export interface VaryRow {
  readonly path: string;
  /** `1, 2, 3`, `ramp, hann` or `start:step:stop` */
  readonly text: string;
}

/** What is varied; nothing in `rows` where a job of its own is submitted. */
export interface VaryFields {
  readonly rows: readonly VaryRow[];
  readonly combine: 'product' | 'zip';
}

export interface PreparedSweep {
  readonly submission: SweepSubmission;
  /** Number of jobs; nothing while it can't be said. */
  readonly count: number | undefined;
  /** Name of a field to what is wrong with it. */
  readonly problems: Readonly<Record<string, string>>;
}

/** The body of the request for a sweep, around that for one job. */
export function prepareSweep(prepared: PreparedSubmission, { rows, combine }: VaryFields): PreparedSweep {
  const problems: Record<string, string> = { ...prepared.problems };
  const vary: VaryProperty[] = [];
  for (const [position, row] of rows.entries()) {
    const read = readRow(row);
    if ('problem' in read) problems[varyFieldName(position)] = read.problem;
    else if (vary.some(({ path }) => path === row.path)) {
      problems[varyFieldName(position)] = `${row.path} is varied twice.`;
    } else vary.push(read.property);
  }
  const count = vary.length < rows.length ? undefined : countOf(vary, combine);
  if (count !== undefined && count > mostCombinations) {
    problems[varyFieldName(0)] = `That makes ${count} jobs; one sweep has at most ${mostCombinations}.`;
  } else if (count === undefined && vary.length === rows.length) {
    problems[varyFieldName(0)] = 'Side by side, all need the same number of values.';
  }
  return { submission: { ...prepared.submission, vary, combine }, count, problems };
}

function readRow({ path, text }: VaryRow): { readonly property: VaryProperty } | { readonly problem: string } {
  try {
    return { property: { path, values: parseSweepRange(`${path}=${text}`).values } };
  } catch (error) {
    if (!(error instanceof RondelError)) throw error;
    return { problem: text.trim() === '' ? 'Write values, e.g. 1, 2, 3 or 10:10:50.' : error.message };
  }
}

function countOf(vary: readonly VaryProperty[], combine: VaryFields['combine']): number | undefined {
  const lengths = vary.map(({ values }) => values.length);
  if (combine === 'product') return lengths.reduce((product, length) => product * length, 1);
  return new Set(lengths).size === 1 ? lengths[0] : undefined;
}
