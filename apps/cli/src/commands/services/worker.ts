import { availableParallelism } from 'node:os';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { Option } from 'commander';
import { engineNames, RondelError } from '@rondel/contracts';
import { reportToParent } from '@rondel/local';
import { namedPackages } from '@rondel/reco';
import { workerOpenFiles } from '@rondel/telemetry/open-files';
import type { Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addAuditOptions, addAuditStdout, auditOf, type AuditOptions } from '../../services/audit-options.js';
import { addUmask, applyUmask, type UmaskOption } from '../../services/file-modes.js';
import { grantsOf } from '../../services/grants.js';
import { addRedisOptions, redisEnvironment, redisUrl, type RedisOptions } from '../../services/redis-url.js';
import { addWorkerTrustOptions, trustOf, type WorkerTrustOptions } from '../../services/signing.js';
import { runService } from '../../services/service.js';
import {
  byteCount,
  collect,
  integerBetween,
  keyValuePairs,
  names,
  positiveNumber,
  type RunAction,
} from '../../shell/shell.js';
import { stateFolders } from '../../services/state-folder.js';
import { byteSize, parsed } from '../../services/store-policy.js';
import { logLevels, type LogLevel } from './api.js';

export const engineChoices = ['auto', ...engineNames] as const;
export type EngineChoice = (typeof engineChoices)[number];

interface WorkerOptions extends AuditOptions, RedisOptions, UmaskOption, WorkerTrustOptions {
  readonly pool: string[];
  readonly engine: EngineChoice;
  readonly concurrency: number;
  readonly threads?: number;
  readonly label: readonly string[];
  readonly dataRoot: readonly string[];
  readonly grant: readonly string[];
  readonly executorEnv: readonly string[];
  readonly store?: string;
  readonly grace: number;
  readonly checkpointEvery: number;
  readonly cacheSize: number;
  readonly cacheDays: number;
  readonly memory?: number;
  readonly splitFrom: number;
  readonly giveWay: number;
  readonly minFree?: number;
  readonly logLevel: LogLevel;
}

/** Of `--grant`. */
export const grantHelp =
  'what of a data root a project may read, ROOT:PROJECT=PREFIX such as scans:cardiac=heart/ (repeatable); of a root without a grant all is for the project default';

export function addWorker(program: Command, run: RunAction): void {
  const command = program.command('worker');
  addAuditStdout(addAuditOptions(addUmask(addWorkerTrustOptions(addRedisOptions(command)))))
    .description('run one worker; Redis comes from REDIS_URL or from a running `rondel up`')
    .option('--pool <pools>', 'pools to take jobs from, separated by commas', names, ['default'])
    .addOption(new Option('--engine <engine>', 'what computes').choices(engineChoices).default('auto'))
    .option('--concurrency <n>', 'jobs that run at once', integerBetween(1, 64), 1)
    .option('--threads <n>', 'threads that one job computes with', integerBetween(1, 256))
    .option('--label <key=value>', 'label that plans can ask for (repeatable)', collect, [])
    .option('--data-root <name=dir>', 'folder that root://name/ stands for (repeatable)', collect, [])
    .option('--grant <grant>', grantHelp, collect, [])
    .option(
      '--executor-env <name>',
      'environment variable that packages need (repeatable; RONDEL_EXECUTOR_ENV); executors get few others',
      collect,
      [],
    )
    .option('--store <dir>', 'folder of the artifact store, the same for API and workers')
    .option(
      '--grace <seconds>',
      'seconds that running jobs get to end when the worker is asked to leave',
      positiveNumber,
      20,
    )
    .option('--checkpoint-every <seconds>', 'seconds between two checkpoints of a step, at least', positiveNumber, 10)
    .option('--cache-size <GiB>', 'room for the results that jobs share with each other, in GiB', positiveNumber, 10)
    .option('--cache-days <days>', 'days after which an unused shared result is removed', positiveNumber, 7)
    .option(
      '--memory <amount>',
      'memory that its jobs may use in all, e.g. 4GiB; otherwise what the device has',
      byteCount,
    )
    .option(
      '--split-from <amount>',
      'jobs with data of this size are spread over idle workers',
      byteCount,
      64 * 2 ** 20,
    )
    .option(
      '--give-way <n>',
      'of this many jobs or blocks, take one from a lane behind although others wait',
      integerBetween(2, 1000),
      8,
    )
    .option(
      '--min-free <size>',
      'no job begins with less than half of this left on the disk of the store, 256MiB or a twentieth of a smaller disk (RONDEL_MIN_FREE)',
      byteSize,
    )
    .addOption(new Option('--log-level <level>', 'lowest level that is logged').choices(logLevels).default('info'))
    .action((options: WorkerOptions) => run((context) => work(options, context)));
}

async function work(options: WorkerOptions, context: Context): Promise<ExitCode> {
  const { pool, engine, concurrency, logLevel } = options;
  applyUmask(options, context.environment);
  const folders = stateFolders(context.environment);
  const threads = options.threads ?? Math.max(1, Math.floor(availableParallelism() / concurrency));
  const roots = dataRoots(options.dataRoot);
  const grants = grantsOf(options.grant, roots);
  const leastFreeBytes = options.minFree ?? parsed('RONDEL_MIN_FREE', context.environment.RONDEL_MIN_FREE, byteSize);
  await runService(context, workerOpenFiles(concurrency), async () => {
    const { startWorker } = await import('@rondel/worker');
    const url = await redisUrl(redisEnvironment(options, context.environment), folders);
    const trustKeys = trustOf(options, context.environment, { folders, redisUrl: url });
    const worker = await startWorker({
      redisUrl: url,
      ...(trustKeys && { trustKeys }),
      storeDirectory: options.store ?? folders.store,
      pools: pool,
      engine,
      concurrency,
      threads,
      labels: keyValuePairs(options.label, '--label'),
      roots,
      grants,
      packages: namedPackages(context.environment),
      environmentNames: [...options.executorEnv, ...(context.environment.RONDEL_EXECUTOR_ENV ?? '').split(/[\s,]+/)],
      graceSeconds: options.grace,
      checkpointSeconds: options.checkpointEvery,
      resultLimits: {
        maxBytes: Math.floor(options.cacheSize * 2 ** 30),
        maxAgeMs: Math.floor(options.cacheDays * 24 * 3600 * 1000),
      },
      ...(options.memory !== undefined && { memoryBytes: options.memory }),
      splitFromBytes: options.splitFrom,
      giveWayEvery: options.giveWay,
      ...(leastFreeBytes !== undefined && { leastFreeBytes }),
      audit: auditOf(options, context.environment),
      logLevel,
    });
    reportToParent({ kind: 'ready', facts: { id: worker.id } });
    context.printJson({ id: worker.id, pools: pool });
    context.note(`Worker ${worker.id} takes jobs of ${pool.join(', ')}`);
    return { stop: () => worker.drain(), hurry: () => worker.hurry(), closed: worker.closed };
  });
  return exitCodes.done;
}

/** Folders as absolute paths; whether they are there is the worker's to check. */
export function dataRoots(texts: readonly string[]): Record<string, string> {
  const roots = keyValuePairs(texts, '--data-root', 'name=dir');
  const bad = Object.keys(roots).find((name) => !/^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/.test(name));
  if (bad !== undefined) {
    throw new RondelError('INVALID_REQUEST', `--data-root ${bad}: a name has letters, digits, _ and - only.`);
  }
  return Object.fromEntries(Object.entries(roots).map(([name, folder]) => [name, resolve(folder)]));
}
