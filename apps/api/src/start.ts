import { mkdir, statfs } from 'node:fs/promises';
import { createRegistry, loadManifests } from '@rondel/reco';
import { openJobs } from '@rondel/jobs';
import { openArtifactStore, openCheckpointArea, type CheckpointArea } from '@rondel/store';
import { createLogger, type LogLevel, type Logger } from '@rondel/telemetry';
import { buildApp } from './app.js';
import { installedManifests } from './installed-manifests.js';
import type { Services } from './services.js';

export interface ApiOptions {
  readonly redisUrl: string;
  /** Folder of the artifact store, shared with the workers. */
  readonly storeDirectory: string;
  /** Address to listen on; loopback unless said otherwise. */
  readonly host?: string;
  readonly port: number;
  readonly logLevel?: LogLevel;
  /** Pools that take jobs before their first worker has come. */
  readonly pools?: readonly string[];
  /** Reconstruction packages beside those that come with Rondel: npm names, or folders. */
  readonly packages?: readonly string[];
  /** Largest upload in bytes, 64 GiB unless said otherwise. */
  readonly maxUploadBytes?: number;
}

export interface RunningApi {
  readonly url: string;
  close(): Promise<void>;
}

export const version = '0.1.0';

const reconcileEveryMs = 10_000;
const sweepEveryMs = 3_600_000;
const defaultMaxUploadBytes = 64 * 2 ** 30;

/**
 * Opens everything and listens. Throws `SERVICE_UNAVAILABLE` when Redis cannot be used, `INVALID_REQUEST` for a package
 * that does not load.
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const logger = createLogger('api', options.logLevel);
  const manifests = await loadManifests(options.packages ?? [], process.cwd());
  const jobs = await openJobs({
    redisUrl: options.redisUrl,
    onError: (error) => logger.warn({ err: error }, 'redis'),
  });
  try {
    await mkdir(options.storeDirectory, { recursive: true });
    const store = openArtifactStore(options.storeDirectory);
    await store.sweep();
    await jobs.fleet.declare(options.pools ?? []);
    const services: Services = {
      jobs,
      store,
      registry: createRegistry([...installedManifests, ...manifests]),
      freeBytes: async () => {
        const { bavail, bsize } = await statfs(options.storeDirectory);
        return bavail * bsize;
      },
      maxUploadBytes: options.maxUploadBytes ?? defaultMaxUploadBytes,
    };
    const app = await buildApp(services, { logger, version });
    const url = await app.listen({ host: options.host ?? '127.0.0.1', port: options.port });
    const sweeping = sweepRegularly(services, logger);
    const stopReconciling = reconcileRegularly(services, openCheckpointArea(options.storeDirectory), logger);
    logger.info({ url }, 'api is ready');
    return {
      url,
      async close() {
        clearInterval(sweeping);
        await stopReconciling();
        await app.close();
        await jobs.close();
      },
    };
  } catch (error) {
    await jobs.close();
    throw error;
  }
}

/** What killed processes were writing goes when it is old enough, however long this process runs. */
function sweepRegularly({ store }: Services, logger: Logger): NodeJS.Timeout {
  const once = () => {
    store.sweep().catch((error: unknown) => logger.warn({ err: error }, 'the store was not swept'));
  };
  return setInterval(once, sweepEveryMs);
}

/** Several APIs may do this at once: every repair is harmless when done twice. */
function reconcileRegularly(
  { jobs, store }: Services,
  checkpoints: CheckpointArea,
  logger: Logger,
): () => Promise<void> {
  let running: Promise<void> | undefined;
  const once = () => {
    // With very many jobs a round takes longer than the pause between two.
    running ??= jobs
      .reconcile(async (id, record) => {
        await store.removePreview(id);
        await checkpoints.remove(id);
        await store.putRecord(id, record);
      })
      .catch((error: unknown) => logger.warn({ err: error }, 'reconciling failed; it will be tried again'))
      .finally(() => (running = undefined));
  };
  const timer = setInterval(once, reconcileEveryMs);
  once();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
