import type { Command } from 'commander';
import type { SweepSummary } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { plainText } from '../../terminal/plain-text.js';
import { ageText } from '../../terminal/quantity.js';
import { integerBetween, type RunAction } from '../../shell/shell.js';
import { sweepIdOf } from '../../shell/short-id.js';
import { makeSweepFolder, sweepFormatOption, writeSweepFolder, type SweepFormat } from '../../sweeps/sweep-folder.js';
import { printSweep, standingText } from '../../sweeps/sweep-summary.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface PageOptions {
  readonly limit: number;
  readonly cursor?: string;
}

interface GetOptions {
  readonly output: string;
  readonly format: SweepFormat;
}

export function addSweeps(program: Command, run: RunAction): void {
  const sweeps = program
    .command('sweeps')
    .description('list sweeps, newest first')
    .option('--limit <n>', 'sweeps per page', integerBetween(1, 100), 20)
    .option('--cursor <cursor>', 'continue after an earlier page')
    .action((options: PageOptions) => run((context) => list(options, context)));
  sweeps
    .command('show')
    .description('show every combination of a sweep and the state of its job')
    .argument('<id>', 'id of the sweep, or its beginning')
    .action((id: string) => run((context) => show(id, context)));
  sweeps
    .command('get')
    .description('write the images so far, index.json and sheet.png into a folder')
    .argument('<id>', 'id of the sweep, or its beginning')
    .requiredOption('-o, --output <folder>', 'the folder')
    .addOption(sweepFormatOption())
    .action((id: string, options: GetOptions) => run((context) => get(id, options, context)));
  sweeps
    .command('cancel')
    .description('cancel every job of a sweep that has not ended')
    .argument('<id>', 'id of the sweep, or its beginning')
    .action((id: string) => run((context) => cancel(id, context)));
}

async function list({ limit, cursor }: PageOptions, context: Context): Promise<ExitCode> {
  const page = await context.client().sweeps({ limit, cursor, signal: context.signal });
  context.printJson(page);
  if (page.sweeps.length === 0) context.print('No sweeps.');
  else for (const line of tableOf(columns, page.sweeps, context.width)) context.print(line);
  if (page.cursor !== undefined) context.print(`More with: rondel sweeps --cursor ${page.cursor}`);
  return exitCodes.done;
}

const columns: readonly Column<SweepSummary>[] = [
  { title: 'ID', cell: ({ id }) => id, whole: true },
  { title: 'ENDED', cell: ({ ended, total }) => `${ended} of ${total}`, whole: true },
  { title: 'FAILED', cell: ({ states }) => unlessZero(states.failed), whole: true },
  { title: 'WARNED', cell: ({ warned }) => unlessZero(warned), whole: true },
  { title: 'TITLE', cell: ({ title, plan }) => plainText(title ?? plan.name ?? 'own plan') },
  { title: 'POOL', cell: ({ pool }) => pool },
  { title: 'AGE', cell: ({ createdAt }) => ageText(createdAt), whole: true },
  {
    title: 'VARIED',
    cell: ({ vary }) => vary.map(({ path, values }) => plainText(`${path} (${values.length})`)).join(' '),
  },
];

function unlessZero(count: number): string {
  return count === 0 ? '' : String(count);
}

async function show(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const sweep = await client.sweep(await sweepIdOf(typed, client, context.signal), { signal: context.signal });
  context.printJson(sweep);
  printSweep(sweep, context);
  context.print(standingText(sweep, context));
  return exitCodes.done;
}

async function get(typed: string, { output, format }: GetOptions, context: Context): Promise<ExitCode> {
  const client = context.client();
  const sweep = await client.sweep(await sweepIdOf(typed, client, context.signal), { signal: context.signal });
  await makeSweepFolder(output);
  await writeSweepFolder(sweep, { folder: output, format }, { client, signal: context.signal });
  context.printJson(sweep);
  context.print(`${standingText(sweep, context)}. Written to ${output}`);
  return exitCodes.done;
}

async function cancel(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const id = await sweepIdOf(typed, client, context.signal);
  const summary = await client.cancelSweep(id, { signal: context.signal });
  context.printJson(summary);
  context.print(`Sweep ${id}: ${standingText(summary, context)}`);
  return exitCodes.done;
}
