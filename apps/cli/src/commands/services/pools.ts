import { Option, type Command } from 'commander';
import type { StartableWorker } from '@rondel/client';
import { engineNames, quantity, type Demand, type PoolRecord } from '@rondel/contracts';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { collect, type RunAction } from '../../shell/shell.js';
import { tableOf, type Column } from '../../terminal/table.js';

export function addPools(program: Command, run: RunAction): void {
  const pools = program
    .command('pools')
    .description('list the pools with their workers and what waits for them')
    .action(() => run(showPools));
  pools
    .command('demand')
    .description('show how many slots a pool could use now, as autoscalers read it')
    .argument('<pool>', 'name of the pool')
    .option(
      '--label <key=value>',
      'count the work for workers that could be started with this label (repeatable)',
      collect,
    )
    .option('--data-root <name>', 'it also has this data root (repeatable)', collect)
    .option('--package <name>', 'it also has this reconstruction package (repeatable)', collect)
    .addOption(new Option('--engine <engine>', 'it also has this engine').choices(engineNames))
    .action((pool: string, startable: StartableWorker) => run((context) => showDemand({ pool, startable }, context)));
  pools
    .command('pause')
    .description('start nothing new in a pool; what runs goes on')
    .argument('<pool>', 'name of the pool')
    .action((pool: string) => run((context) => pause(pool, context)));
  pools
    .command('resume')
    .description('start work in a paused pool again')
    .argument('<pool>', 'name of the pool')
    .action((pool: string) => run((context) => resume(pool, context)));
  pools
    .command('forget')
    .description('forget a pool that has neither workers nor work')
    .argument('<pool>', 'name of the pool')
    .action((pool: string) => run((context) => forget(pool, context)));
}

async function forget(pool: string, context: Context): Promise<ExitCode> {
  await context.client().forgetPool(pool, context);
  context.printJson({ pool });
  context.print(`Pool ${pool} is forgotten.`);
  return exitCodes.done;
}

async function showPools(context: Context): Promise<ExitCode> {
  const pools = await context.client().pools(context);
  context.printJson({ pools });
  for (const line of tableOf(columns, pools)) context.print(line);
  return exitCodes.done;
}

async function showDemand(
  { pool, startable }: { readonly pool: string; readonly startable: StartableWorker },
  context: Context,
): Promise<ExitCode> {
  const demand = await context.client().demand(pool, { ...startable, signal: context.signal });
  context.printJson(demand);
  context.print(demandText(demand));
  return exitCodes.done;
}

async function pause(pool: string, context: Context): Promise<ExitCode> {
  const demand = await context.client().pausePool(pool, context);
  context.printJson(demand);
  context.print(`Pool ${pool} is paused. ${demand.active} still run, ${demand.runnable} wait.`);
  return exitCodes.done;
}

async function resume(pool: string, context: Context): Promise<ExitCode> {
  const demand = await context.client().resumePool(pool, context);
  context.printJson(demand);
  context.print(`Pool ${pool} goes on. ${demandText(demand)}`);
  return exitCodes.done;
}

function demandText({ pool, slots, active, runnable, workers, paused }: Demand): string {
  const state = paused ? ', paused' : '';
  return `Pool ${pool} can use ${quantity(slots, 'slot')}: ${active} run, ${runnable} wait${state}; workers: ${workers}.`;
}

const columns: readonly Column<PoolRecord>[] = [
  { title: 'POOL', cell: ({ name }) => name },
  { title: 'STATE', cell: ({ paused, workers }) => (paused ? 'paused' : workers === 0 ? 'no workers' : 'open') },
  { title: 'WORKERS', cell: ({ workers }) => String(workers) },
  { title: 'RUNNING', cell: ({ running, slots }) => `${running} of ${slots}` },
  { title: 'WAITING', cell: ({ waiting }) => String(waiting) },
];
