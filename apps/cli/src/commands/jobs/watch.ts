import type { Command } from 'commander';
import type { Job } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodeOfJob, type ExitCode } from '../../shell/exit-code.js';
import { followJob, ofKnown } from '../../jobs/follow-job.js';
import { printEnded } from '../../jobs/job-summary.js';
import type { RunAction } from '../../shell/shell.js';
import { jobIdOf } from '../../shell/short-id.js';

export function addWatch(program: Command, run: RunAction): void {
  program
    .command('watch')
    .description('follow a job until it ends; --json prints its events as JSON lines and the job as the last one')
    .argument('<id>', 'id of the job, or its beginning')
    .action((id: string) => run((context) => watch(id, context)));
}

/** Exits as the job does. An interruption leaves the job alone: somebody else submitted it. */
async function watch(typed: string, context: Context): Promise<ExitCode> {
  const id = await jobIdOf(typed, context.client(), context.signal);
  await context.client().job(id, context);
  const job = context.json ? await printEvents(id, context) : await followJob(id, context.client(), context);
  context.printJson({ type: 'job', data: job });
  printEnded(job, context);
  return exitCodeOfJob(job);
}

async function printEvents(id: string, context: Context): Promise<Job> {
  const client = context.client();
  const print = async () => {
    for await (const event of client.events(id, context)) context.printJson(event);
  };
  await ofKnown({ job: id }, print());
  return ofKnown({ job: id }, client.waitForJob(id, context));
}
