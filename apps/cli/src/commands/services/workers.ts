import type { Command } from 'commander';
import { jobsRunBy, type WorkerRecord } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { agoText, bytesText } from '../../terminal/quantity.js';
import type { RunAction } from '../../shell/shell.js';
import { workerIdOf } from '../../shell/short-id.js';
import { tableOf, type Column } from '../../terminal/table.js';

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
  for (const { id, state, aside } of workers) {
    if (aside !== undefined && state !== 'lost')
      context.note(`${id} takes nothing until ${aside.until}: ${aside.reason}`);
  }
  if (workers.length === 0) context.print('No workers. Start one with: rondel worker');
  else for (const line of tableOf(columns, workers, context.width)) context.print(line);
  return exitCodes.done;
}

async function drain(typed: string, context: Context): Promise<ExitCode> {
  const client = context.client();
  const id = await workerIdOf(typed, client, context.signal);
  const worker = await client.drainWorker(id, context);
  context.printJson(worker);
  context.print(`Worker ${id} was asked to leave; it runs ${jobsRunBy(worker)} of ${worker.concurrency}.`);
  return exitCodes.done;
}

const columns: readonly Column<WorkerRecord>[] = [
  { title: 'ID', cell: ({ id }) => id, whole: true },
  {
    title: 'STATE',
    cell: ({ state, aside }) => (aside === undefined || state === 'lost' ? state : 'aside'),
    whole: true,
  },
  { title: 'POOLS', cell: ({ pools }) => pools.join(',') },
  { title: 'ENGINE', cell: ({ engine }) => engine },
  { title: 'DEVICE', cell: ({ device, threads }) => `${device} x ${threads}` },
  { title: 'MEMORY', cell: ({ memoryBytes }) => bytesText(memoryBytes) },
  { title: 'BUILD', cell: ({ commit }) => commit?.slice(0, 7) ?? 'older' },
  { title: 'RUNNING', cell: runningText, whole: true },
  { title: 'SEEN', cell: ({ heartbeatAt }) => agoText(heartbeatAt), whole: true },
];

/** What a lost worker said last of its work is no longer so. */
function runningText(worker: WorkerRecord): string {
  return worker.state === 'lost' ? '' : `${jobsRunBy(worker)} of ${worker.concurrency}`;
}
