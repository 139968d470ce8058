import type { Command } from 'commander';
import { Option } from 'commander';
import { ownSubmitter } from '@rondel/client';
import { given, type Quotas } from '@rondel/contracts';
import { reportToParent } from '@rondel/local';
import { namedPackages, namedPlanFolders } from '@rondel/reco';
import { leastOpenFiles } from '@rondel/telemetry/open-files';
import {
  addAuditOptions,
  addAuditRequired,
  addAuditStdout,
  auditOf,
  type AuditOptions,
} from '../../services/audit-options.js';
import { addLimitOptions, limitsOf, type LimitOptions } from '../../services/api-limits.js';
import type { Context } from '../../terminal/context.js';
import { namesAreHidden } from '../../data/data-argument.js';
import { exitCodes, type ExitCode } from '../../shell/exit-code.js';
import { addUmask, applyUmask, type UmaskOption } from '../../services/file-modes.js';
import { addRedisOptions, redisEnvironment, redisUrl, type RedisOptions } from '../../services/redis-url.js';
import { addSigningOptions, signingOf, type SigningOptions } from '../../services/signing.js';
import { runService } from '../../services/service.js';
import { addListenOptions, listening, type ListenOptions } from '../../services/listening.js';
import { addIdentityOptions, identitySources, type IdentityOptions } from '../../services/identity-sources.js';
import { addTlsOptions, tlsFiles, type TlsOptions } from '../../services/tls.js';
import { collect, integerBetween, positiveNumber, poolNames, type RunAction } from '../../shell/shell.js';
import { stateFolders } from '../../services/state-folder.js';
import { applied, quotaSettings, quotasFrom, type QuotaSetting } from '../../services/quota-settings.js';
import { byteSize, duration, parsed, storePolicy, type KeepOptions } from '../../services/store-policy.js';

interface ApiOptions
  extends
    AuditOptions,
    IdentityOptions,
    KeepOptions,
    LimitOptions,
    ListenOptions,
    RedisOptions,
    SigningOptions,
    TlsOptions,
    UmaskOption {
  readonly port: number;
  readonly store?: string;
  readonly tokenFile?: string;
  readonly logLevel: LogLevel;
  readonly grace: number;
  readonly pools?: string[];
  readonly allowOrigin?: string[];
  readonly planDir?: string[];
  readonly hideNames?: boolean;
  readonly quota?: readonly QuotaSetting[];
}

export const logLevels = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof logLevels)[number];

export function addApi(program: Command, run: RunAction): void {
  const api = program
    .command('api')
    .description('run the REST API alone; Redis comes from REDIS_URL or from a running `rondel up`')
    .option('--port <n>', 'port to listen on', integerBetween(1, 65_535), 7420);
  addAuditStdout(addAuditRequired(addAuditOptions(api)));
  addLimitOptions(
    addUmask(addSigningOptions(addRedisOptions(addTlsOptions(addIdentityOptions(addListenOptions(api, 'none')))))),
  )
    .option(
      '--token-file <file>',
      'where a token of an admin lies while the API runs, for programs of this account alone (RONDEL_TOKEN_FILE)',
    )
    .option('--store <dir>', 'folder of the artifact store, the same for API and workers')
    .option('--pools <pools>', 'pools that take jobs before their first worker comes (RONDEL_POOLS)', poolNames)
    .option(
      '--allow-origin <origin>',
      'let pages of this origin use the API, e.g. https://lab.example (repeatable; RONDEL_ALLOW_ORIGINS)',
      collect,
    )
    .option(
      '--plan-dir <dir>',
      'offer the .toml files of this folder as plans by name (repeatable; RONDEL_PLAN_DIRS, MPIRECO_PLAN_DIRS)',
      collect,
    )
    .option(
      '--hide-names',
      'keep names of files, and paths in data roots, out of titles, answers and records (RONDEL_HIDE_NAMES)',
    )
    .option(
      '--keep-results <time>',
      'remove images this long after their job, e.g. 30d (RONDEL_KEEP_RESULTS)',
      duration,
    )
    .option('--keep-uploads <time>', 'remove uploads this long after their last use (RONDEL_KEEP_UPLOADS)', duration)
    .option('--keep-records <time>', 'remove records of jobs this long after their end (RONDEL_KEEP_RECORDS)', duration)
    .option(
      '--store-limit <size>',
      'above this size, e.g. 500GiB, remove what was used longest ago (RONDEL_STORE_LIMIT)',
      byteSize,
    )
    .option(
      '--quota <name=value>',
      'what every project may have at most that has no quota of its own, as of `rondel quota set` (repeatable; RONDEL_QUOTAS)',
      quotaSettings,
    )
    .option(
      '--grace <seconds>',
      'seconds that requests under way get to end when it is asked to leave',
      positiveNumber,
      20,
    )
    .addOption(new Option('--log-level <level>', 'lowest level that is logged').choices(logLevels).default('info'))
    .action((options: ApiOptions) => run((context) => serve(options, context)));
}

async function serve(options: ApiOptions, context: Context): Promise<ExitCode> {
  const { port, store, logLevel, pools, allowOrigin } = options;
  applyUmask(options, context.environment);
  const listen = listening(options, context.environment, 'none');
  const identities = identitySources(listen.auth, options, context.environment);
  const tls = tlsFiles(options, context.environment);
  const folders = stateFolders(context.environment);
  await runService(context, leastOpenFiles.ofService, async () => {
    const { startApi } = await import('@rondel/api');
    const api = await startApi({
      redisUrl: await redisUrl(redisEnvironment(options, context.environment), folders),
      signing: signingOf(options, context.environment, folders),
      storeDirectory: store ?? folders.store,
      ...listen,
      ...identities,
      tls,
      audit: auditOf(options, context.environment),
      ...tokenOf(options, context.environment),
      port,
      logLevel,
      pools: pools ?? poolsOf(context.environment),
      allowOrigins: allowOrigin ?? originsOf(context.environment),
      hidesNames: options.hideNames ?? namesAreHidden(context.environment),
      packages: namedPackages(context.environment),
      planFolders: [...(options.planDir ?? []), ...namedPlanFolders(context.environment)],
      limits: limitsOf(options, context.environment),
      graceSeconds: options.grace,
      quotas: options.quota ? applied({}, options.quota) : quotasIn(context.environment),
      policy: storePolicy(options, context.environment),
    });
    reportToParent({ kind: 'ready', facts: given({ url: api.url, loginPath: api.loginPath }) });
    context.printJson({ url: api.url, addresses: api.addresses });
    context.note(`The API listens at ${api.url}${reachedBy(api.addresses)}`);
    return { stop: () => api.close() };
  });
  return exitCodes.done;
}

/** Browsers that log in by its link submit under the same name as the command line. */
function tokenOf({ tokenFile }: ApiOptions, { RONDEL_TOKEN_FILE }: NodeJS.ProcessEnv) {
  const file = tokenFile ?? (RONDEL_TOKEN_FILE || undefined);
  return file === undefined ? {} : given({ tokenFile: file, tokenName: ownSubmitter() });
}

/** Throws `INVALID_REQUEST` for a variable that cannot be read. */
function quotasIn({ RONDEL_QUOTAS }: NodeJS.ProcessEnv): Quotas {
  return parsed('RONDEL_QUOTAS', RONDEL_QUOTAS, quotasFrom) ?? {};
}

/** On all interfaces: each with its address. */
function reachedBy(addresses: readonly { readonly interface?: string; readonly url: string }[]): string {
  if (addresses.every((address) => address.interface === undefined)) return '';
  const each = addresses.map((address) => `${address.interface} ${address.url}`);
  return `, on every network interface of this machine: ${each.join(', ')}`;
}

function poolsOf({ RONDEL_POOLS }: NodeJS.ProcessEnv): string[] {
  return RONDEL_POOLS === undefined || RONDEL_POOLS.trim() === '' ? [] : poolNames(RONDEL_POOLS);
}

/** Separated by commas. */
function originsOf({ RONDEL_ALLOW_ORIGINS = '' }: NodeJS.ProcessEnv): string[] {
  return RONDEL_ALLOW_ORIGINS.split(',')
    .map((origin) => origin.trim())
    .filter((origin) => origin !== '');
}
