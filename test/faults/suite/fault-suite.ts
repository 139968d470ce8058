import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import type { Flush } from './append-only-redis.js';
import { readEndings, type EndedJob } from './endings.js';
import { injectFaults, type FaultCounts } from './faults.js';
import { previewsLeft, redisLeftovers, sweepTemporaryFiles } from './leftovers.js';
import { planLoad } from './load.js';
import { compareWithQuietRun } from './quiet-images.js';
import { randomFrom } from './random.js';
import { sitOutRedis, type Outage } from './redis-outage.js';
import { mountSmallDisk, type SmallDisk } from './small-disk.js';
import { makeTestFiles, putTestFiles, startFaultStack, type FaultStack } from './stack.js';
import { submitLoad } from './submit-load.js';

export interface SuiteOptions {
  readonly jobs: number;
  /** Over which the jobs are submitted while faults happen. */
  readonly seconds: number;
  readonly seed: number;
  readonly workers: number;
  readonly flush: Flush;
  /** How long Redis is away at the beginning. */
  readonly outageSeconds: number;
  /** Told what happens, a line at a time. */
  readonly say: (line: string) => void;
}

export interface SuiteReport {
  readonly faults: FaultCounts;
  readonly jobs: readonly EndedJob[];
  readonly outage: Outage;
  /** Requests that a client had to send again. */
  readonly repeated: number;
  readonly refused: number;
  readonly sweeps: number;
  /** Temporary files of killed processes. */
  readonly swept: number;
  readonly images: number;
  readonly seconds: number;
  readonly skipped: readonly string[];
  /** Rules that do not hold; empty when nothing was lost. */
  readonly broken: readonly string[];
  readonly log: string;
}

/** The store of a thousand small jobs takes a few megabytes. */
const diskMegabytes = 256;
/** In quiet no job waits longer: delays before another attempt take up to half a minute. */
const mostSecondsWithoutEnd = 120;
/** Locks, leases and the reconciler take up to ten seconds each. */
const settleSeconds = 45;

/** Runs jobs while processes are killed, connections spoiled and disks filled, and checks what must hold all the same. */
export async function runFaultSuite(options: SuiteOptions): Promise<SuiteReport> {
  const directory = await mkdtemp(join(tmpdir(), 'rondel-faults-'));
  const store = join(directory, 'store');
  const disk = await mountSmallDisk(store, diskMegabytes);
  try {
    const files = await makeTestFiles(directory);
    const stack = await startFaultStack({ ...options, directory: join(directory, 'disturbed'), store });
    return await disturb({ stack, files, directory, disk }, options);
  } finally {
    if (typeof disk !== 'string') await disk.remove();
    await rm(directory, { recursive: true, force: true });
  }
}

interface Setting {
  readonly stack: FaultStack;
  readonly files: readonly Uint8Array<ArrayBuffer>[];
  readonly directory: string;
  readonly disk: SmallDisk | string;
}

async function disturb({ stack, files, directory, disk }: Setting, options: SuiteOptions): Promise<SuiteReport> {
  const { jobs: wanted, seconds, seed, flush, outageSeconds, say } = options;
  const random = randomFrom(seed);
  const started = performance.now();
  const skipped = typeof disk === 'string' ? [`the disk was not filled: ${disk}`] : [];
  const redis = new Redis(stack.redis.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  const broken: string[] = [];
  try {
    const data = await putTestFiles(stack, files);
    say(`Redis goes away for ${outageSeconds} s`);
    const outage = await sitOutRedis(stack, data, outageSeconds);
    broken.push(...outage.broken);

    const requests = planLoad(wanted, data, random);
    say(`${requests.length} requests go out in ${seconds} s while faults happen, seed ${seed}`);
    const injection = injectFaults(stack, randomFrom(seed + 1), typeof disk === 'string' ? undefined : disk);
    const submitted = submitLoad(requests, stack.patient, seconds);
    // On a machine that is too busy to start processes as fast as they are killed, the rest goes out in quiet.
    await Promise.race([submitted, sleep(2000 * seconds, undefined, { ref: false })]);
    broken.push(...(await injection.stop()));
    const load = await submitted;
    broken.push(...load.broken);

    say(`${load.jobs.length} jobs were accepted; no more faults until they have ended`);
    broken.push(...(await untilQuiet(redis, stack.store)));
    const all = { ...load, jobs: [...outage.jobs, ...load.jobs] };
    const { jobs, broken: wrongEnds } = await readEndings(all, stack.patient, redis);
    broken.push(...wrongEnds, ...stack.processes.crashes);
    for (const [answer, times] of stack.patient.wrongAnswers) broken.push(`the API answered ${times} times: ${answer}`);
    await stack.leave();
    const survivors = await stack.processes.survivors();
    if ('reason' in survivors) skipped.push(survivors.reason);
    else broken.push(...survivors.map((process) => `the process ${process} was left behind`));

    const faults = injection.counts();
    const kills = Object.values(faults).reduce((sum, count) => sum + count, 0);
    const temporary = await sweepTemporaryFiles(stack.store, kills);
    say('The same images are made again in quiet');
    const comparison = await compareWithQuietRun(jobs, files, { directory: join(directory, 'quiet'), flush });
    broken.push(...temporary.broken, ...comparison.broken);
    return {
      faults,
      jobs,
      outage,
      repeated: stack.patient.repeated(),
      refused: load.refused,
      sweeps: load.sweeps.length,
      swept: temporary.swept,
      images: comparison.images,
      seconds: (performance.now() - started) / 1000,
      skipped,
      broken,
      log: stack.processes.log(),
    };
  } finally {
    redis.disconnect();
    await stack.stop();
  }
}

/** Resolves when no job is open and nothing of any job is left; with what is left when that takes too long. */
async function untilQuiet(redis: Redis, store: string): Promise<string[]> {
  await untilAllEnded(redis);
  const settled = Date.now() + settleSeconds * 1000;
  for (;;) {
    const left = [...(await redisLeftovers(redis)), ...(await previewsLeft(store))];
    if (left.length === 0 || Date.now() > settled) return left;
    await sleep(1000);
  }
}

/** Resolves when no job is open, or when none has ended for a long time. */
async function untilAllEnded(redis: Redis): Promise<void> {
  let least = Infinity;
  let since = Date.now();
  for (;;) {
    const open = await redis.zcard('{rondel}:live');
    if (open < least) [least, since] = [open, Date.now()];
    if (open === 0 || Date.now() - since > mostSecondsWithoutEnd * 1000) return;
    await sleep(250);
  }
}
