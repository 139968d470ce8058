import { once } from 'node:events';
import { mkdir, statfs } from 'node:fs/promises';
import type { Server } from 'node:http';
import {
  given,
  isRondelError,
  RondelError,
  toFailure,
  type Quotas,
  type StorePolicy,
  type WarrantSigner,
} from '@rondel/contracts';
import { createRegistry, loadManifests, loadPlans } from '@rondel/reco';
import { openJobs, sessionLimits, type Jobs } from '@rondel/jobs';
import { openArtifactStore, openCheckpointArea, type CheckpointArea } from '@rondel/store';
import {
  buildIdentity,
  createLogger,
  openTroubleLog,
  watchOpenFiles,
  type LogLevel,
  type Logger,
} from '@rondel/telemetry';
import { openAudit, type AuditOptions, type AuditTrail } from '@rondel/telemetry/trail';
import type { CertificateFiles } from './access/tls/certificate.js';
import { openTls } from './access/tls/watched-certificate.js';
import { loginLink } from './access/login-routes.js';
import { openLocalToken, type LocalToken } from './access/local-token.js';
import { openMode, type AuthOptions } from './access/modes.js';
import { listenAddresses, urlOf, type ListenAddress } from './access/listen-addresses.js';
import { buildApp } from './app.js';
import { openCollector, type Collector } from './store/collection/collector.js';
import { checkedOrigins } from './plugins/cors.js';
import { apiLimits, type ApiLimits } from './server/limits.js';
import { finishErasures } from './jobs/erase-job.js';
import { installedManifests } from './server/installed-manifests.js';
import { openPresence } from './server/presence.js';
import { listRecorded } from './jobs/recorded-jobs.js';
import type { Services } from './services.js';
import { openApiSigner, type Signing } from './server/signing.js';
import { openStoreGuard, type StoreGuard } from './server/store-guard.js';

export interface ApiOptions extends AuthOptions {
  /** Where Redis is, as in `REDIS_URL`. */
  readonly redisUrl: string;
  /** Folder of the artifact store, shared with the workers. */
  readonly storeDirectory: string;
  /** Address to listen on. @default 127.0.0.1 */
  readonly host?: string;
  /** 0 to 65535; 0 takes a free one. */
  readonly port: number;
  /** Names or addresses beside its own and those of loopback under which the API is called, without ports. @default none */
  readonly allowedHosts?: readonly string[];
  /** Signs what workers may do, see `Signing`. Absent: workers that demand that it was signed run nothing of this API. */
  readonly signing?: Signing;
  /** @default info */
  readonly logLevel?: LogLevel;
  /** Pools that take jobs before their first worker has come. @default none */
  readonly pools?: readonly string[];
  /** Reconstruction packages beside those that come with Rondel: npm names, or folders. @default none */
  readonly packages?: readonly string[];
  /** Folders whose `.toml` files are plans by name, the first one first; read once. @default none */
  readonly planFolders?: readonly string[];
  /** What submissions and uploads may take, see `ApiLimits`. @default `apiLimits` for what is left out */
  readonly limits?: Partial<ApiLimits>;
  /** What every project may have at most that has no quotas of its own, the same for every API that shares Redis. @default none */
  readonly quotas?: Quotas;
  /** How long things stay in the store, the same for every API that shares it. @default all for ever */
  readonly policy?: StorePolicy;
  /** Seconds that what is under way when it is closed has to end. @default 20 */
  readonly graceSeconds?: number;
  /** Names of files, which may be those of patients, are left out of titles and records. @default false */
  readonly hidesNames?: boolean;
  /** Where a token for the programs of this account lies while it runs. @default none is written */
  readonly tokenFile?: string;
  /** What those are called who use that token. @default local */
  readonly tokenName?: string;
  /** Origins whose pages may ask the API, such as `https://lab.example`. @default none */
  readonly allowOrigins?: readonly string[];
  /** Files of the certificate with which it speaks TLS and nothing else; other files under these names are taken up. @default plain HTTP */
  readonly tls?: CertificateFiles | undefined;
  /** Where it notes who did what. @default nowhere */
  readonly audit?: AuditOptions | undefined;
}

export interface RunningApi {
  /** The address that it listens on: the host as it was given, and the port that it has. */
  readonly url: string;
  /** Behind `url`: logs the browser in that opens it first. Absent where nobody logs in. */
  readonly loginPath?: string;
  /** Addresses that lead there, each with the name of its network interface; one unless it listens on all. */
  readonly addresses: readonly ListenAddress[];
  close(): Promise<void>;
}

export const { version } = buildIdentity();

const fleetAgeMs = 250;
const touchAgeMs = 5000;
const reconcileEveryMs = 10_000;
const collectEveryMs = 3_600_000;

/** What uploads leave free by itself: of a small disk a twentieth. */
function leastFreeBytes({ blocks, bsize }: { readonly blocks: number; readonly bsize: number }): number {
  return Math.min(apiLimits.leastFreeBytes, Math.floor((blocks * bsize) / 20));
}

/**
 * Opens everything and listens. Throws `SERVICE_UNAVAILABLE` when Redis cannot be used, `INVALID_REQUEST` for a package
 * that does not load, a folder of plans that cannot be read, an origin that is none, a certificate that nobody would take or
 * a folder that takes no audit log.
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const logger = createLogger('api', options.logLevel);
  const audit = await openAudit(options.audit, 'api', logger);
  try {
    const api = await startNoting(options, { logger, trail: audit.trail });
    return {
      ...api,
      async close() {
        await api.close();
        await audit.close();
      },
    };
  } catch (error) {
    await audit.close();
    throw error;
  }
}

interface Noting {
  readonly logger: Logger;
  readonly trail: AuditTrail | undefined;
}

async function startNoting(options: ApiOptions, { logger, trail }: Noting): Promise<RunningApi> {
  const allowOrigins = checkedOrigins(options.allowOrigins ?? []);
  const { scheme, certificate, watch } = await openTls(options.tls, logger);
  const manifests = await loadManifests(options.packages ?? [], process.cwd());
  const registry = createRegistry([...installedManifests, ...manifests], await loadPlans(options.planFolders ?? []));
  let guard: StoreGuard | undefined;
  const signing = options.signing && (await openApiSigner(options.signing, () => guard?.identity(), logger));
  const jobs = await openJobsOf(options, signing?.signer, logger);
  try {
    await mkdir(options.storeDirectory, { recursive: true });
    const storeGuard = (guard = await openStoreGuard(options.storeDirectory, jobs, logger));
    // Accepted before anybody signed, as by an earlier version: workers that demand it shall run them, too.
    if (signing?.isNew === true) await jobs.ledger.signLive();
    const store = openArtifactStore(options.storeDirectory);
    if ((await storeGuard.problem()) === undefined) await store.collectUnfinished();
    const announce = async () => {
      await declare(jobs, options);
      await storeGuard.look();
    };
    await announce();
    await warnOfForgetting(jobs, logger);
    let leaving = false;
    let door: Door | undefined;
    const presence = openPresence(jobs, {
      url: () => urlOf(options.host ?? '127.0.0.1', door?.port ?? options.port, scheme),
      store: () => storeGuard.identity(),
      logger,
      // A refused store may have become the right one; regular looks come less often.
      onBeat: async () => {
        if (storeGuard.identity() === undefined) await storeGuard.look();
      },
      onLoss: () => afterLoss({ jobs, store }, door?.localToken, logger),
    });
    await presence.look();
    const services: Services = {
      jobs,
      store,
      registry,
      freeBytes: () => freeBytesOf(options.storeDirectory),
      storeProblem: () => storeGuard.problem(),
      dataRun: presence.dataRun,
      isLeaving: () => leaving,
      isLocal: (identity) => door?.localToken?.isOf(identity) === true,
      ...(trail && { trail }),
      ...(options.hidesNames !== undefined && { hidesNames: options.hidesNames }),
      maxUploadBytes: options.limits?.maxUploadBytes ?? apiLimits.maxUploadBytes,
      limits: {
        leastFreeBytes: leastFreeBytes(await statfs(options.storeDirectory)),
        ...options.limits,
      },
      policy: options.policy ?? {},
    };
    const { host = '127.0.0.1', allowedHosts, graceSeconds } = options;
    const access = { host, allowedHosts };
    const app = await buildApp(services, {
      logger,
      version,
      fleetAgeMs,
      touchAgeMs,
      ...(await openMode(options, jobs, logger)),
      allowOrigins,
      access,
      ...(certificate && { certificate }),
      ...(graceSeconds !== undefined && { graceMs: graceSeconds * 1000 }),
    });
    await app.ready();
    // The document of the interface takes a tenth of a second to make: once, and while nobody waits.
    await app.inject('/openapi.json');
    const { port, localToken, loginPath } = (door = await openDoor(app.server, options, jobs));
    // A connection that cannot be taken shall not end the others.
    app.server.on('error', (error) => logger.error({ err: error }, toFailure(error).message));
    const [url, addresses] = [urlOf(host, port, scheme), listenAddresses(host, port, scheme)];
    const stopWatching = watch(app.server);
    const stopCounting = watchOpenFiles(logger);
    const collecting = collectRegularly(services, openCollector(services, options.policy ?? {}), logger);
    const stopReconciling = reconcileRegularly(
      { ...services, announce },
      openCheckpointArea(options.storeDirectory),
      logger,
    );
    logger.info({ url, addresses }, 'api is ready');
    return {
      url,
      ...given({ loginPath }),
      addresses,
      async close() {
        leaving = true;
        clearInterval(collecting);
        stopCounting();
        stopWatching();
        await Promise.all([stopReconciling(), app.close(), presence.close()]);
        await localToken
          ?.close()
          .catch((error: unknown) => logger.warn({ err: error }, 'the local token was not revoked'));
        await jobs.close();
      },
    };
  } catch (error) {
    await jobs.close();
    throw error;
  }
}

async function freeBytesOf(directory: string): Promise<number> {
  const { bavail, bsize } = await statfs(directory);
  return bavail * bsize;
}

function openJobsOf(
  { redisUrl, limits }: ApiOptions,
  signer: WarrantSigner | undefined,
  logger: Logger,
): Promise<Jobs> {
  return openJobs({
    redisUrl,
    ...given({ signer }),
    onError: openTroubleLog(logger),
    sessions: {
      ...sessionLimits,
      mostSessions: limits?.sessions ?? apiLimits.sessions,
      mostBytes: limits?.sessionBytes ?? apiLimits.sessionBytes,
    },
  });
}

/** What holds for the whole installation, as this API was started. */
async function declare(jobs: Jobs, { pools = [], quotas = {} }: ApiOptions): Promise<void> {
  await jobs.fleet.declare(pools);
  await jobs.quotas.setDefaults(quotas);
}

async function warnOfForgetting(jobs: Jobs, logger: Logger): Promise<void> {
  if ((await jobs.redis()).appendOnly) return;
  logger.warn('Redis keeps no append-only file: accepted jobs are lost when it restarts. Set appendonly yes there.');
}

/** How an API is reached, and what lets in whoever has started it. */
interface Door {
  readonly port: number;
  readonly localToken?: LocalToken | undefined;
  readonly loginPath?: string | undefined;
}

/** Listens, once the programs of this account find a token, where one is wanted. */
async function openDoor(
  server: Server,
  { host = '127.0.0.1', port, tokenFile, tokenName: name }: ApiOptions,
  jobs: Pick<Jobs, 'logins' | 'tokens'>,
): Promise<Door> {
  if (tokenFile === undefined) return { port: await listen(server, { host, port }) };
  const localToken = await openLocalToken(tokenFile, { host, name }, jobs.tokens);
  try {
    const { path: loginPath } = await loginLink(localToken.identity, jobs);
    return { port: await listen(server, { host, port }), localToken, loginPath };
  } catch (error) {
    await localToken.close();
    throw error;
  }
}

/** What Redis no longer has and this API knows is put back, the token first: without it nobody hears of the rest. */
async function afterLoss(
  parts: Pick<Services, 'jobs' | 'store'>,
  localToken: LocalToken | undefined,
  logger: Logger,
): Promise<void> {
  await localToken
    ?.renew()
    .catch((err: unknown) => logger.error({ err }, 'programs of this account are let in no more'));
  await listRecorded(parts);
}

/** As Fastify does, without a look at the network interfaces, which a service may be forbidden. Answers with the port. */
async function listen(server: Server, at: { readonly host: string; readonly port: number }): Promise<number> {
  server.listen(at);
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : at.port;
}

/**
 * What killed processes were writing goes when it is old enough, however long this process runs, and with it what the
 * policy lets go.
 */
function collectRegularly(
  { jobs, store, storeProblem }: Services,
  collector: Collector,
  logger: Logger,
): NodeJS.Timeout {
  const once = async () => {
    await refuse(storeProblem);
    await store.collectUnfinished();
    const cleaning = await collector.clean({ dryRun: false });
    await measureHeld({ jobs, store });
    logger.info(cleaning, 'the store was cleaned');
    if (cleaning.overBytes > 0) logger.warn(cleaning, 'the store is over its limit with what is needed or new');
  };
  return setInterval(() => {
    once().catch((error: unknown) => {
      // Another API does it.
      if (isRondelError(error) && error.code === 'CONFLICT') return;
      logger.warn({ err: error }, 'the store was not cleaned');
    });
  }, collectEveryMs);
}

/** What was counted since the last time may be off by what died in between. */
async function measureHeld({ jobs, store }: Pick<Services, 'jobs' | 'store'>): Promise<void> {
  await jobs.quotas.noteStored(await store.files.heldBytes());
}

/** Nothing may be removed from a folder that is not this API's store, nor written there. */
async function refuse(storeProblem: Services['storeProblem']): Promise<void> {
  const problem = await storeProblem();
  if (problem !== undefined) throw new RondelError('SERVICE_UNAVAILABLE', problem);
}

/** Several APIs may do this at once: every repair is harmless when done twice. */
function reconcileRegularly(
  { jobs, store, storeProblem, announce }: Services & { readonly announce: () => Promise<void> },
  checkpoints: CheckpointArea,
  logger: Logger,
): () => Promise<void> {
  let running: Promise<void> | undefined;
  const stopping = new AbortController();
  const once = () => {
    // With very many jobs a round takes longer than the pause between two.
    // What this process has told at its start is told again, as Redis may have lost what it had.
    running ??= announce()
      .then(() => refuse(storeProblem))
      .then(async () => {
        if (!(await jobs.quotas.isMeasured())) await measureHeld({ jobs, store });
      })
      .then(() =>
        jobs.reconcile(async (id, record) => {
          await checkpoints.remove(id);
          await store.files.parts.remove({ job: id, run: await jobs.ledger.overRun(id) });
          await store.putRecord(id, record);
        }, stopping.signal),
      )
      .then(() => (stopping.signal.aborted ? undefined : finishErasures({ jobs, store })))
      .catch((error: unknown) => logger.warn({ err: error }, 'reconciling failed; it will be tried again'))
      .finally(() => (running = undefined));
  };
  const timer = setInterval(once, reconcileEveryMs);
  once();
  return async () => {
    clearInterval(timer);
    stopping.abort();
    await running;
  };
}
