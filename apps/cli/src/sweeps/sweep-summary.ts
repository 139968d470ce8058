import type { Sweep, SweepSummary } from '@rondel/contracts';
import type { Context } from '../terminal/context.js';
import { stateText } from '../jobs/job-summary.js';
import { plainText } from '../terminal/plain-text.js';
import { numberText, secondsText } from '../terminal/quantity.js';
import { tableLines } from '../terminal/table.js';
import { warningMark } from '../jobs/warning-lines.js';

/** Prints a line for each combination: what it sets, how its job stands, its values or why it failed. */
export function printSweep({ items }: Sweep, context: Context): void {
  const names = Object.keys(items[0]?.assignments ?? {});
  const rows = items.map(({ assignments, job, state, result, warnings, error, erased }) => [
    ...names.map((name) => plainText(valueText(assignments[name]))),
    (erased === undefined ? stateText(state, context.colors) : 'erased') + warningMark(warnings, context.colors),
    ...(result ? [result.min, result.max, result.mean].map(numberText) : ['', '', '']),
    result ? secondsText(result.seconds) : '',
    job,
    error ? `${error.code}: ${plainText(error.message)}` : (warnings ?? []).map(({ code }) => code).join(', '),
  ]);
  // Ids are needed whole, and why a job failed is worth a second line.
  for (const line of tableLines([...names, 'STATE', 'MIN', 'MAX', 'MEAN', 'TIME', 'JOB', ''], rows))
    context.print(line);
}

/** e.g. `12 of 15 ended: 11 completed, 1 failed` */
export function standingText({ ended, total, states, erased }: SweepSummary, { colors }: Context): string {
  const counts = (['completed', 'failed', 'cancelled', 'active', 'waiting', 'queued'] as const)
    .filter((state) => states[state] > 0)
    .map((state) => `${states[state]} ${stateText(state, colors)}`);
  if (erased > 0) counts.push(`${erased} erased`);
  return `${ended} of ${total} ended: ${counts.join(', ')}`;
}

function valueText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
