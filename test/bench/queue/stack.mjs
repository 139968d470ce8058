import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { float32Array } from '@rondel/contracts';
import { encodeArray } from '@rondel/formats';
import { ensureRedis, freePort } from '@rondel/local';
import { Redis } from 'ioredis';
import { startRondel } from './processes.mjs';
import { openRest } from './rest.mjs';

const emptyPackage = fileURLToPath(new URL('empty-package', import.meta.url));

/** A private Redis, one API and one worker, each a process as users start it, and a client. */
export async function startStack({ concurrency, profileDirectory, sockets = 256 }) {
  const directory = await mkdtemp(join(tmpdir(), 'rondel-bench-'));
  const environment = { ...process.env };
  delete environment.REDIS_URL;
  const redis = await ensureRedis({ directory, environment });
  const rondelEnvironment = {
    REDIS_URL: redis.url,
    RONDEL_HOME: directory,
    RONDEL_PACKAGES: emptyPackage,
  };
  const nodeOptions = profileDirectory ? ['--cpu-prof', `--cpu-prof-dir=${profileDirectory}`] : [];
  const startApi = async (args = []) => {
    const port = await freePort();
    const { pid, stop } = await startRondel(['api', '--port', String(port), ...args], rondelEnvironment, nodeOptions);
    return { pid, stop, url: `http://127.0.0.1:${port}` };
  };
  const api = await startApi();
  const worker =
    concurrency &&
    (await startRondel(
      ['worker', '--engine', 'wasm', '--threads', '1', '--concurrency', String(concurrency)],
      rondelEnvironment,
      nodeOptions,
    ));
  const rest = openRest(api.url, sockets);
  return {
    directory,
    url: api.url,
    redisUrl: redis.url,
    redisVersion: redis.program,
    rest,
    /** One more on the same Redis and store. */
    startApi,
    pids: { api: api.pid, ...(worker && { worker: worker.pid }), redis: await redisPid(redis.url), load: process.pid },
    async stop() {
      rest.close();
      if (worker) await worker.stop();
      await api.stop();
      await redis.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** A volume of zeros, one value to a slice. */
export async function uploadSlices(rest, slices) {
  const { parts } = await encodeArray(float32Array(new Float32Array(slices), [slices, 1, 1]), 'npy');
  return rest.upload(Buffer.concat(parts));
}

async function redisPid(url) {
  const redis = new Redis(url);
  await once(redis, 'ready');
  const info = await redis.info('server');
  redis.disconnect();
  return Number(/^process_id:(\d+)/m.exec(info)?.[1]);
}
