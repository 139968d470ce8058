import { availableParallelism, cpus, loadavg } from 'node:os';
import { Option, type Command } from 'commander';
import type { EngineName } from '@rondel/contracts';
import type { ProjectorRate } from '@rondel/worker/engines';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { integerBetween, type RunAction } from '../../shell/shell.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface BenchOptions {
  readonly engine: EngineName | 'auto';
  readonly threads?: number;
  readonly size: number;
  readonly angles: number;
  readonly slices: number;
}

const repetitions = 5;

export function addBench(program: Command, run: RunAction): void {
  program
    .command('bench')
    .description('measure how fast the projectors are on this machine')
    .addOption(
      new Option('--engine <engine>', 'what computes')
        .choices(['auto', 'tensorflow', 'webgpu', 'wasm'])
        .default('auto'),
    )
    .option('--threads <n>', 'threads of the engine wasm', integerBetween(1, 64))
    .option('--size <n>', 'pixels along each side of a slice', integerBetween(8, 4096), 512)
    .option('--angles <n>', 'projections over half a turn', integerBetween(1, 10_000), 720)
    .option('--slices <n>', 'slices of the stack that is measured beside one slice', integerBetween(2, 256), 16)
    .action((options: BenchOptions) => run((context) => bench(options, context)));
}

async function bench(
  { engine: name, threads, slices, ...conditions }: BenchOptions,
  context: Context,
): Promise<ExitCode> {
  const { measureProjectors, openEngine } = await import('@rondel/worker/engines');
  const { size, angles } = conditions;
  const engine = await openEngine(name, { threads });
  try {
    const { device, version } = engine;
    const machine = { cpu: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism(), node: process.version };
    context.note(`${engine.name}, ${device}; load average ${(loadavg()[0] ?? 0).toFixed(2)}`);
    const rates = measureProjectors(conditions, { slices: [1, slices], repetitions });
    context.printJson({ engine: engine.name, version, device, threads: engine.threads, machine, size, angles, rates });
    context.print(
      `${size} x ${size} pixels, ${angles} angles, whole calls, in G updates/s (one pixel x one angle each)`,
    );
    for (const line of tableOf(columns, rates)) context.print(line);
    return exitCodes.done;
  } finally {
    await engine.dispose();
  }
}

const columns: readonly Column<ProjectorRate>[] = [
  { title: 'PROJECTOR', cell: ({ projector }) => projector },
  { title: 'SLICES', cell: ({ slices }) => String(slices) },
  { title: 'MEDIAN', cell: ({ median }) => median.toFixed(3) },
  { title: 'LEAST', cell: ({ least }) => least.toFixed(3) },
  { title: 'MOST', cell: ({ most }) => most.toFixed(3) },
];
