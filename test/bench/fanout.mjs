// What a second worker brings: the same jobs on one worker with one thread, and spread by Rondel itself over two workers
// with one thread each, in turn, with API, Redis and all worker processes on this machine; and, as the limit of what its
// cores can give, two such jobs side by side, one on each worker. Run from the workspace root:
// npm run bench:fanout -- [--rounds N] [--case iterative|filtered] [--output FILE]
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { Blob } from 'node:buffer';
import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startApi } from '@rondel/api';
import { createClient } from '@rondel/client';
import { npyParts } from '@rondel/formats';
import { ensureRedis } from '@rondel/local';
import { describeMachine } from './machine.mjs';
import { median } from './statistics.mjs';

const rondel = fileURLToPath(new URL('../../apps/cli/bin/rondel.mjs', import.meta.url));

const cases = [
  {
    name: 'iterative',
    plan: 'radon/iterative',
    size: 192,
    slices: 128,
    angles: 120,
    parameters: { iterations: 40, relTol: 0 },
  },
  { name: 'filtered', plan: 'radon/fbp', size: 512, slices: 64, angles: 720, parameters: {} },
];

/** Line integrals of a disc off the middle, stronger from row to row; what a reconstruction takes does not depend on them. */
function sinograms({ size, slices, angles }) {
  const data = new Float32Array(slices * angles * size);
  for (let row = 0; row < slices * angles; row += 1) {
    const center = size / 2 + (size / 8) * Math.cos((Math.PI * (row % angles)) / angles);
    for (let bin = 0; bin < size; bin += 1) {
      const chord = (size / 4) ** 2 - (bin - center) ** 2;
      data[row * size + bin] = chord > 0 ? Math.sqrt(chord) * (1 + row / (slices * angles)) : 0;
    }
  }
  return new Blob(npyParts({ dtype: 'float32', shape: [slices, angles, size], data }));
}

function startWorker(pool, environment) {
  const child = spawn(
    process.execPath,
    [
      rondel,
      'worker',
      '--engine',
      'wasm',
      '--threads',
      '1',
      '--pool',
      pool,
      '--split-from',
      '8MiB',
      '--log-level',
      'error',
    ],
    {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  return {
    pool,
    pid: child.pid,
    stop: () => new Promise((resolve) => (child.once('exit', resolve), child.kill('SIGTERM'))),
  };
}

/** User and system time that the executors of workers have taken so far, in the order of the workers; Linux only. */
async function cpuSeconds(workers) {
  if (process.platform !== 'linux') return workers.map(() => NaN);
  const ticksPerSecond = 100;
  return Promise.all(
    workers.map(async ({ pid }) => {
      const children = (await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8')).trim().split(' ');
      const stats = await Promise.all(children.map((child) => readFile(`/proc/${child}/stat`, 'utf8')));
      const times = stats.map((stat) =>
        stat
          .slice(stat.lastIndexOf(')') + 2)
          .split(' ')
          .slice(11, 13)
          .map(Number),
      );
      return times.flat().reduce((sum, ticks) => sum + ticks, 0) / ticksPerSecond;
    }),
  );
}

async function runOnce({ client, workers }, data, { plan, angles, parameters, pool, split }) {
  const turn = Array.from({ length: angles }, (_, index) => (index * Math.PI) / angles);
  const mine = workers.filter((worker) => worker.pool === pool);
  const before = await cpuSeconds(mine);
  const started = performance.now();
  const { id } = await client.submit({
    plan: { name: plan },
    data,
    pool,
    parameters: { angles: turn, ...parameters },
    ...(split && { split }),
  });
  const job = await client.waitForJob(id);
  if (job.state !== 'completed') throw new Error(`${job.state}: ${job.error?.message}`);
  const seconds = (performance.now() - started) / 1000;
  const cpu = (await cpuSeconds(mine)).map((after, index) => after - before[index]);
  return { seconds, cpu, job };
}

/** Seconds until two undivided jobs have ended that began at once, each on a worker of its own. */
async function sideBySide(stack, data, example) {
  const started = performance.now();
  const undivided = { ...example, pool: 'two', split: 'none' };
  const jobs = (await Promise.all([1, 2].map(() => runOnce(stack, data, undivided)))).map(({ job }) => job);
  if (jobs[0].worker === jobs[1].worker) throw new Error('Both jobs ran on one worker.');
  return { seconds: (performance.now() - started) / 1000 };
}

async function measure(stack, data, example, rounds) {
  const runs = { one: [], two: [], both: [] };
  // The first round warms up.
  for (let round = -1; round < rounds; round += 1) {
    for (const pool of ['one', 'two']) {
      const run = await runOnce(stack, data, { ...example, pool });
      if (round >= 0) runs[pool].push(run);
    }
    const both = await sideBySide(stack, data, example);
    if (round >= 0) runs.both.push(both);
  }
  const images = new Set([...runs.one, ...runs.two].map(({ job }) => job.result.artifact));
  if (images.size !== 1) throw new Error('One worker and two gave different images.');
  const spread = runs.two.every(({ job }) => job.steps.at(-1).subjobs?.length === 2);
  if (!spread) throw new Error('A job was not spread over both workers.');
  return summary(example, runs);
}

function summary(example, { one, two, both }) {
  const wall = { one: median(one.map(({ seconds }) => seconds)), two: median(two.map(({ seconds }) => seconds)) };
  // What the busier of the two executors has computed: on cores that nobody else uses this is what the job waits for.
  const cpu = { one: median(one.map(({ cpu }) => cpu[0])), two: median(two.map(({ cpu }) => Math.max(...cpu))) };
  const last = two.at(-1).job;
  const [pre, reco] = last.steps;
  const blocks = reco.subjobs.map(({ seconds }) => seconds);
  const times = (pair) =>
    `${pair.one.toFixed(2)} s -> ${pair.two.toFixed(2)} s, ${(pair.one / pair.two).toFixed(2)} times`;
  console.log(`${example.name}: ${times(wall)} as fast; computing time of the busier executor ${times(cpu)}`);
  console.log(
    `  the last job: preprocessing ${pre.seconds.toFixed(2)} s, blocks ${blocks.map((s) => s.toFixed(2)).join(' and ')} s`,
  );
  const limit = (2 * wall.one) / median(both.map(({ seconds }) => seconds));
  console.log(
    `  two jobs side by side: ${limit.toFixed(2)} times as fast as in turn, which is what these cores can give; the divided job has ${((100 * wall.one) / wall.two / limit).toFixed(0)} % of it`,
  );
  const rounds = {
    both,
    one: one.map(({ seconds, cpu }) => ({ seconds, cpu })),
    two: two.map(({ seconds, cpu }) => ({ seconds, cpu })),
  };
  return {
    ...example,
    wall,
    wallRatio: wall.one / wall.two,
    limit,
    cpu,
    cpuRatio: cpu.one / cpu.two,
    preprocessing: pre.seconds,
    blocks,
    rounds,
  };
}

const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '5' }, output: { type: 'string' }, case: { type: 'string' } },
});
const directory = await mkdtemp(join(tmpdir(), 'rondel-bench-'));
const environment = { ...process.env };
delete environment.REDIS_URL;
const redis = await ensureRedis({ directory, environment });
const store = join(directory, 'store');
const api = await startApi({ redisUrl: redis.url, storeDirectory: store, port: 0, logLevel: 'silent' });
const workerEnvironment = { REDIS_URL: redis.url, RONDEL_HOME: directory };
const workers = ['one', 'two', 'two'].map((pool) => startWorker(pool, workerEnvironment));
const client = createClient({ url: api.url });
try {
  while ((await client.workers()).length < workers.length) await new Promise((resolve) => setTimeout(resolve, 200));
  const results = [];
  for (const example of cases.filter(({ name }) => [undefined, name].includes(values.case))) {
    const { artifact } = await client.putData(sinograms(example));
    results.push(await measure({ client, workers }, artifact, example, Number(values.rounds)));
  }
  const report = {
    measuredAt: new Date().toISOString(),
    machine: describeMachine(),
    rounds: Number(values.rounds),
    results,
  };
  const target = values.output ?? join(dirname(fileURLToPath(import.meta.url)), 'results', 'fanout.json');
  await writeFile(target, `${JSON.stringify(report, undefined, 2)}\n`);
} finally {
  await Promise.all(workers.map((worker) => worker.stop()));
  await api.close();
  await redis.stop();
  await rm(directory, { recursive: true, force: true });
}
