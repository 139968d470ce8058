import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createClient, readTokenFile } from '@rondel/client';
import { freePort } from '@rondel/local';
import type { Context } from '../../terminal/context.js';
import { prepareDemo, reconstruct, type DemoResult } from '../../demo/demo-run.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { secondsText } from '../../terminal/quantity.js';
import { integerBetween, type RunAction } from '../../shell/shell.js';
import { startStack } from '../../services/stack.js';
import { stateFolders } from '../../services/state-folder.js';
import { tableOf, type Column } from '../../terminal/table.js';

interface DemoOptions {
  readonly output: string;
  readonly workers: number;
}

const methods = [
  { name: 'fbp', plan: 'radon/fbp', parameters: {} },
  // The built-in plan regularizes with L2 (lambda 0.001) and positivity.
  { name: 'iterative', plan: 'radon/iterative', parameters: { iterations: 20, lambda: 0.001 } },
] as const;

export function addDemo(program: Command, run: RunAction): void {
  program
    .command('demo')
    .description('simulate a scan, reconstruct it in two ways, show the images and stop again')
    .option('-o, --output <dir>', 'folder for images and arrays', 'rondel-demo')
    .option('--workers <n>', 'number of worker processes', integerBetween(1, 64), 1)
    .action((options: DemoOptions) => run((context) => demo(options, context)));
}

async function demo({ output, workers }: DemoOptions, context: Context): Promise<ExitCode> {
  const home = await mkdtemp(join(tmpdir(), 'rondel-demo-'));
  try {
    return await demoIn(stateFolders(context.environment, home), { output, workers }, context);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function demoIn(
  folders: ReturnType<typeof stateFolders>,
  { output, workers }: DemoOptions,
  context: Context,
): Promise<ExitCode> {
  await mkdir(output, { recursive: true });
  context.note('Starting Redis, the API and a worker');
  const tokenFile = join(folders.home, 'token.json');
  const stack = await startStack({
    folders,
    environment: context.environment,
    host: '127.0.0.1',
    // In the folder of the demo, which nobody else may open.
    apiParameters: ['--auth', 'token', '--token-file', tokenFile],
    port: await freePort(),
    workers,
    workerParameters: [],
    say: context.note,
  });
  try {
    const client = createClient({ url: stack.url, token: readTokenFile(tokenFile)?.token });
    const scan = await prepareDemo({ client, context, output });
    const results: DemoResult[] = [];
    for (const method of methods) results.push(await reconstruct(method, scan, { client, context, output }));
    tell(results, output, context);
    return exitCodes.done;
  } finally {
    context.note('Stopping what was started');
    await stack.stop();
  }
}

function tell(results: readonly DemoResult[], output: string, context: Context): void {
  context.printJson({ output, results });
  context.print();
  for (const line of tableOf(columns, results)) context.print(line);
  context.print();
  context.print('The relative error is ||x - truth|| / ||truth|| over all frames and voxels.');
  context.print(`Images (.png) and arrays (.npy) are in ${output}/`);
}

const columns: readonly Column<DemoResult>[] = [
  { title: 'PLAN', cell: ({ plan }) => plan },
  { title: 'RELATIVE ERROR', cell: ({ relativeError }) => relativeError.toFixed(4) },
  { title: 'TIME', cell: ({ seconds }) => secondsText(seconds) },
  {
    title: 'STEPS',
    cell: ({ steps }) => steps.map(({ path, seconds }) => `${path} ${secondsText(seconds ?? 0)}`).join(', '),
  },
];
