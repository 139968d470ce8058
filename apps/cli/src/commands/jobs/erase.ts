import { createInterface } from 'node:readline/promises';
import type { Client, ErasedJobs, JobsMeant } from '@rondel/client';
import type { Command } from 'commander';
import { quantity, RondelError, type Erasure } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodeOfFailure, exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addJobFilterOptions, jobsMeant, tellRefused, type JobFilterOptions } from '../../jobs/jobs-meant.js';
import { plainText } from '../../terminal/plain-text.js';
import type { RunAction } from '../../shell/shell.js';

interface EraseOptions extends JobFilterOptions {
  readonly yes?: boolean;
}

export function addErase(program: Command, run: RunAction): void {
  const command = program
    .command('erase')
    .description('remove jobs for good, with their records, traces, images, and uploads that nothing else names')
    .argument('[ids...]', 'ids of jobs, or their beginnings');
  addJobFilterOptions(command)
    .option('--yes', 'do not ask')
    .action((ids: string[], options: EraseOptions) => run((context) => eraseJobs(ids, options, context)));
}

/** Asks before, unless told not to; nobody can be asked with `--json`. */
export async function eraseJobs(typed: readonly string[], options: EraseOptions, context: Context): Promise<ExitCode> {
  const { signal } = context;
  const client = context.client();
  const meant = await jobsMeant(typed, options, { client, signal });
  const unasked = options.yes === true || (context.json && 'ids' in meant);
  if (!unasked && !(await isMeant(await wordsFor(meant, client, signal), context))) {
    context.print('Nothing was erased.');
    return exitCodes.cancelled;
  }
  if ('filter' in meant) return reportMany(await client.eraseJobs(meant, { signal }), context);
  for (const id of meant.ids) report(await client.erase(id, { signal }), context);
  return exitCodes.done;
}

async function wordsFor(meant: JobsMeant, client: Client, signal: AbortSignal): Promise<string> {
  if ('ids' in meant) return meant.ids.join(', ');
  const { total, partial = false } = await client.jobCounts({ ...meant.filter, signal });
  return `${partial ? `${total} or more` : `all ${total}`} jobs that these options find`;
}

async function isMeant(jobs: string, { stdin, stderr, signal }: Context): Promise<boolean> {
  const input = stdin?.();
  if (input?.isTTY !== true) {
    throw new RondelError('INVALID_REQUEST', 'Nobody can be asked here whether to erase. Add --yes.');
  }
  const lines = createInterface({ input, output: stderr });
  try {
    const what = 'with record, traces, images, and uploads that nothing else names';
    const answer = await lines.question(`Erase ${jobs} for good, ${what}? [y/N] `, { signal });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

/** Of many jobs only what stays is told one by one. */
function reportMany({ done, refused, kept }: ErasedJobs, context: Context): ExitCode {
  context.printJson({ done, refused, kept });
  context.print(`${quantity(done, 'job is', 'jobs are')} erased.`);
  tellKept(kept, context);
  tellRefused(refused, context);
  const [first] = refused;
  return first === undefined ? exitCodes.done : exitCodeOfFailure(first);
}

function tellKept(kept: Erasure['kept'], context: Context): void {
  if (kept.length > 0) context.print('What stays:');
  for (const { artifact, reason } of kept) context.print(`  ${plainText(artifact)}: ${plainText(reason)}`);
}

function report(erasure: Erasure, context: Context): void {
  const { id, erasedAt, erased, kept } = erasure;
  context.printJson(erasure);
  context.print(erased.length > 0 ? `Job ${id} is erased:` : `Job ${id} was erased before, on ${erasedAt}.`);
  for (const each of erased) context.print(`  ${plainText(each)}`);
  tellKept(kept, context);
}
