import type { Command } from 'commander';
import { isTerminal, RondelError, type Job } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addJobFilterOptions, jobsMeant, reportJobs, type JobFilterOptions } from '../../jobs/jobs-meant.js';
import type { RunAction } from '../../shell/shell.js';
import { jobIdOf } from '../../shell/short-id.js';
import { eraseJobs } from './erase.js';

interface CancelOptions extends JobFilterOptions {
  readonly subjob?: string;
  readonly again?: boolean;
  readonly erase?: boolean;
  readonly yes?: boolean;
}

export function addCancel(program: Command, run: RunAction): void {
  const command = program
    .command('cancel')
    .description('cancel jobs, by their ids or by what they have in common; a running step stops within a second')
    .argument('[ids...]', 'ids of jobs, or their beginnings');
  addJobFilterOptions(command)
    .option(
      '--subjob <stage.block>',
      'only stop this sub-job, as rondel show lists it; the job ends, because it lacks what this would have made',
    )
    .option('--again', 'with --subjob: start it once more instead of ending the job')
    .option('--erase', 'also remove these jobs for good, as rondel erase does')
    .option('--yes', 'with --erase: do not ask')
    .action((ids: string[], options: CancelOptions) => run((context) => cancel(ids, options, context)));
}

async function cancel(ids: readonly string[], options: CancelOptions, context: Context): Promise<ExitCode> {
  const { subjob, again = false } = options;
  if (options.erase === true) return eraseNamed(ids, options, context);
  if (subjob !== undefined || again) return cancelSubjob(ids, { subjob, again }, context);
  const { signal } = context;
  const client = context.client();
  const meant = await jobsMeant(ids, options, { client, signal });
  if ('filter' in meant || meant.ids.length > 1) {
    return reportJobs(await client.cancelJobs(meant, { signal }), 'cancelled', context);
  }
  return report(await client.cancel(meant.ids[0] ?? '', { signal }), context);
}

async function eraseNamed(ids: readonly string[], options: CancelOptions, context: Context): Promise<ExitCode> {
  if (options.subjob === undefined) return eraseJobs(ids, options, context);
  throw new RondelError('INVALID_REQUEST', 'With --erase, name whole jobs: a sub-job cannot be erased.');
}

async function cancelSubjob(
  ids: readonly string[],
  { subjob, again }: { readonly subjob: string | undefined; readonly again: boolean },
  context: Context,
): Promise<ExitCode> {
  if (subjob === undefined) {
    throw new RondelError('INVALID_REQUEST', 'Say with --subjob which sub-job shall start again.');
  }
  const [typed, ...others] = ids;
  if (typed === undefined || others.length > 0) {
    throw new RondelError('INVALID_REQUEST', 'With --subjob, name the one job that it belongs to by its id.');
  }
  const { signal } = context;
  const client = context.client();
  const job = await client.cancelSubjob(await jobIdOf(typed, client, signal), subjob, { again, signal });
  if (!again || isTerminal(job.state)) return report(job, context);
  context.printJson(job);
  context.print(`Sub-job ${subjob} of job ${job.id} starts again.`);
  return exitCodes.done;
}

function report(job: Job, context: Context): ExitCode {
  context.printJson(job);
  if (job.state === 'cancelled' || !isTerminal(job.state)) context.print(`Job ${job.id} is cancelled.`);
  else context.print(`Job ${job.id} had ${job.state} before; nothing was cancelled.`);
  return exitCodes.done;
}
