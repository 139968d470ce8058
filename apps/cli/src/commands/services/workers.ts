import type { Command } from 'commander';
import type { WorkerRecord } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { agoText, bytesText } from '../../terminal/quantity.js';
import type { RunAction } from '../../shell/shell.js';
import { workerIdOf } from '../../shell/short-id.js';
import { tableLines } from '../../terminal/table.js';

export function addWorkers(program: Command, run: RunAction): void {
  const workers = program
    .command('workers')
    .description('list the workers with their device, load and last heartbeat')
    .action(() => run(showWorkers));
  workers
    .command('drain')
    .description('ask a worker to finish what it runs, hand back the rest and end')
    .argument('<id>', 'id of the worker, or its beginning')
    .action((id: string) => run((context) => drain(id, context)));
}

async function showWorkers(context: Context): Promise<ExitCode> {
  const { workers, apis, mixed } = await context.client().fleet(context);
  context.printJson({ workers, apis, ...(mixed !== undefined && { mixed }) });
  if (mixed !== undefined) context.note(mixed);
  for (const { id, aside } of workers) {
    if (aside !== undefined) context.note(`${id} takes nothing until ${aside.until}: ${aside.reason}`);
  }
  if (workers.length === 0) context.print('No workers. Start one with: rondel worker');
  else for (const line of workerTable(workers, context)) context.print(line);
  return exitCodes.done;
}

async function drain(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const id = await workerIdOf(typed, client, context.signal);
  const worker = await client.drainWorker(id, context);
  context.printJson(worker);
  context.print(`Worker ${id} was asked to leave; it runs ${worker.running.length} of ${worker.concurrency}.`);
  return exitCodes.done;
}

function workerTable(workers: readonly WorkerRecord[], { width }: Context): string[] {
  return tableLines(
    ['ID', 'STATE', 'POOLS', 'ENGINE', 'DEVICE', 'MEMORY', 'BUILD', 'RUNNING', 'SEEN'],
    workers.map((worker) => [
      worker.id,
      worker.aside === undefined ? worker.state : 'aside',
      worker.pools.join(','),
      worker.engine,
      `${worker.device} x ${worker.threads}`,
      bytesText(worker.memoryBytes),
      worker.commit?.slice(0, 7) ?? 'older',
      `${worker.running.length} of ${worker.concurrency}`,
      agoText(worker.heartbeatAt),
    ]),
    { width, whole: ['ID', 'STATE', 'RUNNING', 'SEEN'] },
  );
}
