import type { Command } from 'commander';
import type { Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import type { RunAction } from '../shell.js';

export function addRetry(program: Command, run: RunAction): void {
  program
    .command('retry')
    .description('run a job that has ended again')
    .argument('<id>', 'id of the job')
    .action((id: string) => run((context) => retry(id, context)));
}

async function retry(id: string, context: Context): Promise<ExitCode> {
  const job = await context.client().retry(id, context);
  context.printJson(job);
  context.print(`Job ${job.id} is ${job.state}. Follow it with: rondel watch ${job.id}`);
  return exitCodes.done;
}
