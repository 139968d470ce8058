import type { Command } from 'commander';
import type { WorkerRecord } from '@rondel/contracts';
import type { Context } from '../context.js';
import { exitCodes, type ExitCode } from '../exit-code.js';
import { agoText, bytesText } from '../quantity.js';
import type { RunAction } from '../shell.js';
import { tableLines } from '../table.js';

export function addWorkers(program: Command, run: RunAction): void {
  program
    .command('workers')
    .description('list the workers with their device, load and last heartbeat')
    .action(() => run(showWorkers));
}

async function showWorkers(context: Context): Promise<ExitCode> {
  const workers = await context.client().workers(context);
  context.printJson({ workers });
  if (workers.length === 0) context.print('No workers. Start one with: rondel worker');
  else for (const line of workerTable(workers)) context.print(line);
  return exitCodes.done;
}

function workerTable(workers: readonly WorkerRecord[]): string[] {
  return tableLines(
    ['ID', 'STATE', 'POOLS', 'ENGINE', 'DEVICE', 'MEMORY', 'RUNNING', 'SEEN'],
    workers.map((worker) => [
      worker.id,
      worker.state,
      worker.pools.join(','),
      worker.engine,
      `${worker.device} x ${worker.threads}`,
      bytesText(worker.memoryBytes),
      `${worker.running.length} of ${worker.concurrency}`,
      agoText(worker.heartbeatAt),
    ]),
  );
}
