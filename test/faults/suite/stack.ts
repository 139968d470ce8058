import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { float32Array } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { freePort } from '@rondel/local';
import { rondelScript } from '../../support/machine/rondel-command.js';
import { startTcpProxy, type TcpProxy } from '../proxy/tcp-proxy.js';
import { prepareRedis, type AppendOnlyRedis, type Flush } from './append-only-redis.js';
import type { TestData } from './load.js';
import { patientClient, type PatientClient } from './patient-client.js';
import { openProcesses, type KeptProcess, type Processes } from './processes.js';

const packageFolder = join(
  dirname(createRequire(import.meta.url).resolve('@rondel/test/package.json')),
  'faults',
  'stumbling-package',
);

/** Redis, one API and workers, each behind a proxy and kept running whatever happens to it. */
export interface FaultStack {
  readonly redis: AppendOnlyRedis;
  /** Before Redis, of the API and of the workers. */
  readonly proxies: { readonly api: TcpProxy; readonly workers: TcpProxy };
  readonly api: KeptProcess;
  readonly workers: readonly KeptProcess[];
  readonly processes: Processes;
  readonly patient: PatientClient;
  readonly store: string;
  readonly url: string;
  /** Workers and API leave in order. Redis stays. */
  leave(): Promise<void>;
  stop(): Promise<void>;
}

export interface StackOptions {
  readonly directory: string;
  /** Folder of the artifact store. */
  readonly store: string;
  readonly workers: number;
  readonly flush: Flush;
}

export async function startFaultStack({ directory, store, workers, flush }: StackOptions): Promise<FaultStack> {
  await mkdir(store, { recursive: true });
  const redis = await prepareRedis(join(directory, 'redis'), flush);
  await redis.start();
  const proxies = { api: await startTcpProxy(redis.port), workers: await startTcpProxy(redis.port) };
  const processes = openProcesses(randomUUID());
  const port = String(await freePort());
  const url = `http://127.0.0.1:${port}`;
  const environment = (proxy: TcpProxy) => ({
    REDIS_URL: `redis://127.0.0.1:${proxy.port}`,
    RONDEL_HOME: join(directory, 'home'),
    RONDEL_PACKAGES: packageFolder,
  });
  // Its disk is smaller than what an API keeps free unless told, and is to be filled.
  const api = processes.keep(
    'api',
    ['api', '--port', port, '--store', store, '--min-free', '1MiB'],
    environment(proxies.api),
  );
  const workerArgs = ['worker', '--engine', 'wasm', '--threads', '1', '--concurrency', '2', '--store', store];
  const kept = Array.from({ length: workers }, (_, index) =>
    processes.keep(`worker ${index + 1}`, workerArgs, environment(proxies.workers)),
  );
  const leave = async () => {
    await Promise.all(kept.map((worker) => worker.stop()));
    await api.stop();
  };
  const stop = async () => {
    await leave();
    processes.killAll();
    await Promise.all([proxies.api.close(), proxies.workers.close()]);
    await redis.kill();
  };
  await Promise.all([api, ...kept].map((one) => one.ready())).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return {
    redis,
    proxies,
    api,
    workers: kept,
    processes,
    patient: patientClient(url),
    store,
    url,
    leave,
    stop,
  };
}

const sizes = [8, 12, 16];

/** Files that every stack of a run is given. */
export async function makeTestFiles(directory: string): Promise<readonly Uint8Array<ArrayBuffer>[]> {
  const files = sizes.map(async (size) => {
    const file = join(directory, `${size}.npy`);
    const form = ['--size', String(size), '--frames', '1', '--angles', String(2 * size)];
    await promisify(execFile)(process.execPath, [rondelScript, 'data', 'phantom', '-o', file, ...form]);
    return Uint8Array.from(await readFile(file));
  });
  const values = Float32Array.from({ length: 512 }, (_, index) => index % 19);
  const image = float32Array(values, [1, 8, 8, 8], ['frame', 'slice', 'y', 'x'], [1, 1, 1, 1]);
  const { parts } = await encodeArray(image, 'npy');
  return [...(await Promise.all(files)), Uint8Array.from(Buffer.concat([...parts]))];
}

export async function putTestFiles(
  { patient }: FaultStack,
  files: readonly Uint8Array<ArrayBuffer>[],
): Promise<TestData> {
  const names: string[] = [];
  for (const file of files) names.push((await patient.client.putData(file)).artifact);
  const sinograms = sizes.map((size, index) => ({
    data: names[index] ?? '',
    angles: Array.from({ length: 2 * size }, (_, angle) => (Math.PI * angle) / (2 * size)),
  }));
  return { sinograms, image: names.at(-1) ?? '' };
}
