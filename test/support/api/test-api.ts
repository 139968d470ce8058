import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildApp, type AccessMode, type AppOptions, type Services } from '@rondel/api';
import { openJobs, type Jobs, type SessionLimits } from '@rondel/jobs';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry, type PackageManifest } from '@rondel/reco';
import { openArtifactStore, type ArtifactStore } from '@rondel/store';
import { createLogger } from '@rondel/telemetry';

/** The API in this process, over a Redis and a store of its own; it does not listen. */
export interface TestApi {
  readonly app: Awaited<ReturnType<typeof buildApp>>;
  readonly jobs: Jobs;
  readonly store: ArtifactStore;
  /** Of the store. */
  readonly directory: string;
  /** Stores a few bytes and gives their data reference. */
  readonly storeBytes: (bytes: string | Uint8Array) => Promise<string>;
  readonly close: () => Promise<void>;
}

export interface TestApiOptions {
  readonly sessions?: SessionLimits | undefined;
  /** Beside that of CT. */
  readonly packages?: readonly PackageManifest[];
  readonly app?: Partial<AppOptions>;
  /** Finds out who asks; nobody is asked unless told. */
  readonly access?: (jobs: Jobs) => AccessMode | Promise<AccessMode>;
  readonly limits?: Services['limits'];
  /** Where it notes who did what; nowhere unless told. */
  readonly trail?: Services['trail'];
  readonly hidesNames?: boolean;
  /** Bytes that the disk of its store has left; 1 GiB unless said otherwise. */
  readonly freeBytes?: Services['freeBytes'];
  /** 1 MiB unless said otherwise. */
  readonly maxUploadBytes?: number;
}

export async function openTestApi(redisUrl: string, options: TestApiOptions = {}): Promise<TestApi> {
  const { sessions, packages = [] } = options;
  const directory = await mkdtemp(join(tmpdir(), 'rondel-api-'));
  const jobs = await openJobs({ redisUrl, onError: () => undefined, ...(sessions && { sessions }) });
  const store = openArtifactStore(directory);
  const app = await buildApp(
    {
      jobs,
      store,
      registry: createRegistry([leastSquaresManifest, radonManifest, ...packages]),
      freeBytes: options.freeBytes ?? (() => Promise.resolve(2 ** 30)),
      storeProblem: () => Promise.resolve(undefined),
      maxUploadBytes: options.maxUploadBytes ?? 2 ** 20,
      ...(options.limits && { limits: options.limits }),
      ...(options.trail && { trail: options.trail }),
      ...(options.hidesNames !== undefined && { hidesNames: options.hidesNames }),
    },
    {
      logger: createLogger('api', 'silent'),
      version: 'test',
      ...(await options.access?.(jobs)),
      ...options.app,
    },
  );
  return {
    app,
    jobs,
    store,
    directory,
    storeBytes: async (bytes) => `artifact:sha256-${(await store.put([Buffer.from(bytes)])).sha256}`,
    async close() {
      await app.close();
      await jobs.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}
