import type { Command } from 'commander';
import { isTerminal, RondelError } from '@rondel/contracts';
import type { Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { RunAction } from '../shell.js';

interface CancelOptions {
  readonly subjob?: string;
  readonly again?: boolean;
}

export function addCancel(program: Command, run: RunAction): void {
  program
    .command('cancel')
    .description('cancel a job; a running step stops within a second')
    .argument('<id>', 'id of the job')
    .option(
      '--subjob <stage.block>',
      'only stop this part, as rondel show lists it; the job ends, as it lacks the part',
    )
    .option('--again', 'with --subjob: start the part once more instead of ending the job')
    .action((id: string, options: CancelOptions) => run((context) => cancel(id, options, context)));
}

async function cancel(id: string, options: CancelOptions, context: Context): Promise<ExitCode> {
  const { subjob, again = false } = options;
  if (subjob === undefined && again) {
    throw new RondelError('INVALID_REQUEST', 'Say with --subjob which part of the job shall start again.');
  }
  const { signal } = context;
  const client = context.client();
  const job = await (subjob === undefined
    ? client.cancel(id, { signal })
    : client.cancelSubjob(id, subjob, { again, signal }));
  context.printJson(job);
  if (again && !isTerminal(job.state)) context.print(`Sub-job ${subjob ?? ''} of job ${id} starts again.`);
  else if (job.state === 'cancelled' || !isTerminal(job.state)) context.print(`Job ${id} is cancelled.`);
  else context.print(`Job ${id} had ${job.state} before; nothing was cancelled.`);
  return exitCodes.done;
}
