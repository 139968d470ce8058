import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { localTokenFile } from '@rondel/client';
import { RondelError, toFailure } from '@rondel/contracts';
import type { Command } from 'commander';
import { Option } from 'commander';
import { defaultServer, type Context } from '../../terminal/context.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addAuditOptions, addAuditRequired, auditParameters, type AuditOptions } from '../../services/audit-options.js';
import { addUmask, applyUmask, umaskParameters, type UmaskOption } from '../../services/file-modes.js';
import { grantsOf } from '../../services/grants.js';
import { addRedisOptions, redisEnvironment, safeRedis, type RedisOptions } from '../../services/redis-url.js';
import { addListenOptions, listening, listenParameters, type ListenOptions } from '../../services/listening.js';
import { collect, integerBetween, names, type RunAction } from '../../shell/shell.js';
import {
  addIdentityOptions,
  identityParameters,
  identitySources,
  type IdentityOptions,
} from '../../services/identity-sources.js';
import { addTlsOptions, tlsFiles, tlsParameters, type TlsOptions } from '../../services/tls.js';
import { startStack, type RunningStack } from '../../services/stack.js';
import { stateFolders, type StateFolders } from '../../services/state-folder.js';
import { dataRoots, engineChoices, grantHelp, type EngineChoice } from './worker.js';

interface UpOptions extends AuditOptions, IdentityOptions, ListenOptions, RedisOptions, TlsOptions, UmaskOption {
  readonly workers: number;
  readonly pool: string[];
  readonly engine: EngineChoice;
  readonly port: number;
  readonly concurrency: number;
  readonly label: readonly string[];
  readonly dataRoot: readonly string[];
  readonly grant: readonly string[];
  readonly allowOrigin: readonly string[];
}

export function addUp(program: Command, run: RunAction): void {
  const command = program
    .command('up')
    .description('run Redis, the API and workers on this machine until Ctrl-C')
    .option('--workers <n>', 'number of worker processes', integerBetween(0, 64), 1)
    .option('--pool <pools>', 'pools the workers take jobs from, separated by commas', names, ['default'])
    .addOption(new Option('--engine <engine>', 'what computes').choices(engineChoices).default('auto'))
    .option('--port <n>', 'port of the API', integerBetween(1, 65_535), 7420);
  addAuditRequired(addAuditOptions(command)).option('--no-audit-log', 'note nowhere who did what');
  addUmask(addRedisOptions(addTlsOptions(addIdentityOptions(addListenOptions(command, 'token')))))
    .option('--concurrency <n>', 'jobs that one worker runs at once', integerBetween(1, 64), 1)
    .option('--label <key=value>', 'label of the workers (repeatable)', collect, [])
    .option('--data-root <name=dir>', 'folder that root://name/ stands for (repeatable)', collect, [])
    .option('--grant <grant>', grantHelp, collect, [])
    .option('--allow-origin <origin>', 'let pages of this origin use the API (repeatable)', collect, [])
    .action((options: UpOptions) => run((context) => up(options, context)));
}

async function up(options: UpOptions, context: Context): Promise<ExitCode> {
  const folders = stateFolders(context.environment);
  // Before anything is started or written.
  applyUmask(options, context.environment);
  const { auth } = listening(options, context.environment, 'token');
  identitySources(auth, options, context.environment);
  tlsFiles(options, context.environment);
  const audit = auditParameters(options, context.environment, folders.audit);
  const environment = redisEnvironment(options, context.environment);
  safeRedis(environment);
  grantsOf(options.grant, dataRoots(options.dataRoot));
  const tokenFile = auth === 'none' ? undefined : await tokenFileOf(options.port);
  const stack = await startStack({
    folders,
    environment,
    host: options.host,
    port: options.port,
    workers: options.workers,
    apiParameters: [
      ...listenParameters(options),
      ...['--auth', auth, ...(tokenFile === undefined ? [] : ['--token-file', tokenFile])],
      ...identityParameters(options),
      ...tlsParameters(options),
      ...audit,
      ...(options.auditRequired === true ? ['--audit-required'] : []),
      ...options.allowOrigin.flatMap((origin) => ['--allow-origin', origin]),
      ...umaskParameters(options),
    ],
    workerParameters: [...workerParameters(options), ...audit],
    say: context.note,
  });
  tell(stack, folders, context);
  await interrupted(context.signal);
  context.note('Stopping: workers, API, Redis');
  context.haste?.addEventListener('abort', () => void stack.hurry(), { once: true });
  await stack.stop();
  return exitCodes.done;
}

/**
 * Where programs of this account find a token, whatever folder they run in. Throws `INVALID_REQUEST` where there is no such place.
 */
async function tokenFileOf(port: number): Promise<string> {
  // By the port alone, which only one server on this machine has.
  const file = localTokenFile(`http://127.0.0.1:${port}`);
  if (file === undefined) throw noPlace('a file below your home folder', 'you have none');
  try {
    const folder = dirname(file);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw noPlace(file, toFailure(error).message, error);
  }
  return file;
}

function noPlace(where: string, why: string, cause?: unknown): RondelError {
  return new RondelError(
    'INVALID_REQUEST',
    `The token that lets your programs in cannot be kept in ${where}: ${why}. Set XDG_STATE_HOME to a folder of yours that can be written, here and for the commands that ask this server; or start with --auth none, which lets in every account of this machine.`,
    { cause },
  );
}

function workerParameters(options: UpOptions): string[] {
  const { pool, engine, concurrency, label, dataRoot, grant } = options;
  const roots = Object.entries(dataRoots(dataRoot)).map(([name, folder]) => `${name}=${folder}`);
  return [
    ...['--pool', pool.join(','), '--engine', engine, '--concurrency', String(concurrency)],
    ...label.flatMap((pair) => ['--label', pair]),
    ...roots.flatMap((root) => ['--data-root', root]),
    ...grant.flatMap((each) => ['--grant', each]),
    ...umaskParameters(options),
  ];
}

function tell({ url, link, redis, workers }: RunningStack, folders: StateFolders, context: Context): void {
  const ids = workers.map(({ id }) => id ?? 'unknown');
  context.printJson({
    url,
    link,
    redis: { address: redis.address, program: redis.program, origin: redis.origin },
    workers: ids,
    store: folders.store,
    log: folders.log,
  });
  const { bold, dim, green } = context.colors;
  const more = dim(`help: ${url}/help, API reference: ${url}/docs`);
  if (link === url) context.print(`${green('Rondel is up')} at ${bold(url)}  ${more}`);
  else {
    context.print(`${green('Rondel is up')}, the dashboard is at ${bold(link)}`);
    const at = url === defaultServer ? '' : ` --server ${url}`;
    context.print(`  Log-in   this link lets one browser in; \`npx rondel open${at}\` opens another`);
    context.print(`           ${more}`);
  }
  context.print(
    `  Redis    ${redis.program}, ${redis.origin === 'private' ? 'private' : 'from REDIS_URL'}, ${redis.address}`,
  );
  context.print(`  Workers  ${ids.length === 0 ? 'none' : ids.join(', ')}`);
  context.print(`  Store    ${folders.store}`);
  context.print(`  Log      ${folders.log}`);
  context.print(dim('Ctrl-C stops it.'));
}

function interrupted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
