// What a job costs beside the computing: empty jobs through real processes (API, worker, executors, Redis), against
// BullMQ alone by turns in the same run. Run from the workspace root: npm run bench:queue
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { describeMachine } from '../machine.mjs';
import { median } from '../statistics.mjs';
import { startBare } from './peers/bullmq.mjs';
import { keepInFlight, measureRate } from './rate.mjs';
import { startStack, uploadSlices } from './stack.mjs';

const blocks = 16;
const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    only: { type: 'string', default: 'fan-out,latency' },
    rounds: { type: 'string', default: '60' },
    /** How many jobs are timed together. */
    jobs: { type: 'string', default: '5000' },
    /** How often: processes that have just started have still to compile themselves. */
    batches: { type: 'string', default: '5' },
    'in-flight': { type: 'string', default: '32' },
    concurrency: { type: 'string', default: '2' },
    /** Whether a bare Fastify front on BullMQ and Celery run the same batches by turns. */
    peers: { type: 'boolean', default: false },
    profile: { type: 'string' },
  },
});
const rounds = Number(values.rounds);
const concurrency = Number(values.concurrency);
const batches = Number(values.batches);
/** Rounds, and jobs of the peer, before it counts; ours has run the jobs of all batches. */
const warmUp = { rounds: 40, peerJobs: 2000 };

async function time(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** Ours and the peer's by turns, so that both see the same machine. In milliseconds. */
async function byTurns(ours, theirs) {
  const [own, other] = [[], []];
  for (let round = -warmUp.rounds; round < rounds; round += 1) {
    const milliseconds = { own: await time(ours), other: await time(theirs) };
    if (round < 0) continue;
    own.push(milliseconds.own);
    other.push(milliseconds.other);
  }
  return { own: summary(own), other: summary(other) };
}

function summary(milliseconds) {
  return { median: median(milliseconds), least: Math.min(...milliseconds), most: Math.max(...milliseconds) };
}

function print(what, { median: middle, least, most }) {
  const range = `${least.toFixed(2)} to ${most.toFixed(2)}`;
  console.log(`${what.padEnd(58)} ${middle.toFixed(2).padStart(8)} ms  (${range})`);
}

async function measureFanOut({ rest }, bare) {
  const data = await uploadSlices(rest, blocks);
  const submission = JSON.stringify({ plan: { name: 'lab/empty' }, data, split: 'slice:1' });
  const { own, other } = await byTurns(
    () => rest.run(submission),
    () => bare.flow(blocks),
  );
  const ratio = own.median / other.median;
  print(`${blocks} empty blocks, divided and joined, through REST`, own);
  print(`BullMQ flow of ${blocks} empty children`, other);
  console.log(`ratio ${ratio.toFixed(2)} (aim: below 2)\n`);
  return { own, other, ratio };
}

async function measureLatency({ rest }, bare) {
  const data = await uploadSlices(rest, 1);
  const submission = JSON.stringify({ plan: { name: 'lab/empty' }, data });
  const { own, other } = await byTurns(
    () => rest.run(submission),
    () => bare.job(),
  );
  const difference = own.median - other.median;
  print('empty job through REST, POST to the answer to ?wait', own);
  print('BullMQ add to completed event', other);
  console.log(`difference ${difference.toFixed(2)} ms (aim: below 3)\n`);
  return { own, other, difference };
}

const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
console.log(`load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the figures below`);
const stack = await startStack({ concurrency, profileDirectory: values.profile });
console.log(`${stack.redisVersion}; medians of ${rounds} (least to most); ${concurrency} slots here and there\n`);
const wanted = new Set(values.only.split(','));
const results = {};
try {
  // Also what brings the processes to where they are when they have served for a minute.
  results.rate = await measureRate(stack, {
    jobs: Number(values.jobs),
    inFlight: Number(values['in-flight']),
    batches,
    concurrency,
    peers: values.peers ? ['front', 'celery'] : [],
  });
  if (wanted.has('fan-out') || wanted.has('latency')) {
    const bare = await startBare(stack.redisUrl, concurrency);
    await keepInFlight(1, warmUp.peerJobs, () => bare.job());
    if (wanted.has('fan-out')) results.fanOut = await measureFanOut(stack, bare);
    if (wanted.has('latency')) results.latency = await measureLatency(stack, bare);
    await bare.stop();
  }
} finally {
  await stack.stop();
}
if (values.json !== undefined) {
  const document = {
    machine,
    redis: stack.redisVersion,
    date: new Date().toISOString(),
    rounds,
    concurrency,
    ...results,
  };
  await writeFile(values.json, `${JSON.stringify(document, null, 2)}\n`);
}
