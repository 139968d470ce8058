import type { Command } from 'commander';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addJobFilterOptions, jobsMeant, reportJobs, type JobFilterOptions } from '../../jobs/jobs-meant.js';
import type { RunAction } from '../../shell/shell.js';

export function addRetry(program: Command, run: RunAction): void {
  const command = program
    .command('retry')
    .description('run jobs again: failed and cancelled ones under their own ids, completed ones as new jobs')
    .argument('[ids...]', 'ids of jobs, or their beginnings');
  addJobFilterOptions(command).action((ids: string[], options: JobFilterOptions) =>
    run((context) => retry(ids, options, context)),
  );
}

async function retry(ids: readonly string[], options: JobFilterOptions, context: Context): Promise<ExitCode> {
  const { signal } = context;
  const client = context.client();
  const meant = await jobsMeant(ids, options, { client, signal });
  if ('filter' in meant || meant.ids.length > 1) {
    return reportJobs(await client.retryJobs(meant, { signal }), 'started again', context);
  }
  const job = await client.retry(meant.ids[0] ?? '', { signal });
  context.printJson(job);
  if (job.rerunOf !== undefined) context.print(`Job ${job.rerunOf} stays as it is; a new job runs it again.`);
  context.print(`Job ${job.id} is ${job.state}. Follow it with: rondel watch ${job.id}`);
  return exitCodes.done;
}
