import type { Command } from 'commander';
import { isTerminal } from '@rondel/contracts';
import type { Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { RunAction } from '../shell.js';

export function addCancel(program: Command, run: RunAction): void {
  program
    .command('cancel')
    .description('cancel a job; a running step stops within a second')
    .argument('<id>', 'id of the job')
    .action((id: string) => run((context) => cancel(id, context)));
}

async function cancel(id: string, context: Context): Promise<ExitCode> {
  const job = await context.client().cancel(id, context);
  context.printJson(job);
  if (job.state === 'cancelled' || !isTerminal(job.state)) context.print(`Job ${id} is cancelled.`);
  else context.print(`Job ${id} had ${job.state} before; nothing was cancelled.`);
  return exitCodes.done;
}
