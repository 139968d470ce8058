import type { Sweep, SweepItem, SweepSummary } from '@rondel/contracts';
import type { Colors, Context } from '../terminal/context.js';
import { stateText } from '../jobs/job-summary.js';
import { plainText } from '../terminal/plain-text.js';
import { numberText, secondsText } from '../terminal/quantity.js';
import { tableOf, type Column } from '../terminal/table.js';
import { warningMark } from '../jobs/warning-lines.js';

/** Prints a line for each combination: what it sets, how its job stands, its values or why it failed. */
export function printSweep({ items }: Sweep, context: Context): void {
  const names = Object.keys(items[0]?.assignments ?? {});
  // Ids are needed whole, and why a job failed is worth a second line.
  for (const line of tableOf([...names.map(assigned), ...itemColumns(context.colors)], items)) context.print(line);
}

function assigned(name: string): Column<SweepItem> {
  return { title: name, cell: ({ assignments }) => plainText(valueText(assignments[name])) };
}

function itemColumns(colors: Colors): readonly Column<SweepItem>[] {
  return [
    { title: 'STATE', cell: (item) => itemState(item, colors) + warningMark(item.warnings, colors) },
    { title: 'MIN', cell: ({ result }) => (result ? numberText(result.min) : '') },
    { title: 'MAX', cell: ({ result }) => (result ? numberText(result.max) : '') },
    { title: 'MEAN', cell: ({ result }) => (result ? numberText(result.mean) : '') },
    { title: 'TIME', cell: ({ result }) => (result ? secondsText(result.seconds) : '') },
    { title: 'JOB', cell: ({ job }) => job },
    { title: '', cell: whyText },
  ];
}

function itemState({ state, erased }: SweepItem, colors: Colors): string {
  return erased === undefined ? stateText(state, colors) : 'erased';
}

function whyText({ error, warnings = [] }: SweepItem): string {
  return error ? `${error.code}: ${plainText(error.message)}` : warnings.map(({ code }) => code).join(', ');
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
