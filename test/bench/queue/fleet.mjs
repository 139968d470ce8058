// What a large fleet adds to the time of a job: real API, Redis and supervisors, and executors that sleep. Prints how long
// jobs wait although a slot is free. Run from the workspace root: npm run bench:fleet
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { Redis } from 'ioredis';
import { describeMachine } from '../machine.mjs';
import { idleWaits } from './idle-waits.mjs';
import { processorSeconds } from './processes.mjs';
import { startStack, uploadSlices } from './stack.mjs';

const script = fileURLToPath(new URL('fleet-process.mjs', import.meta.url));
const { values } = parseArgs({
  options: {
    workers: { type: 'string', default: '200' },
    jobs: { type: 'string', default: '20000' },
    /** How long a job sleeps, on average. */
    seconds: { type: 'string', default: '2' },
    /** Share of the slots that are busy on average. */
    load: { type: 'string', default: '0.9' },
    processes: { type: 'string', default: '1' },
    json: { type: 'string' },
  },
});
const [workers, jobs, seconds, load, processes] = ['workers', 'jobs', 'seconds', 'load', 'processes'].map((name) =>
  Number(values[name]),
);
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const now = () => performance.timeOrigin + performance.now();

function quantile(sorted, fraction) {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

async function startSupervisors(stack, artifact) {
  const perProcess = Math.ceil(workers / processes);
  const started = [];
  for (let first = 0; first < workers; first += perProcess) {
    const count = Math.min(perProcess, workers - first);
    const settings = { first, count, meanSeconds: seconds, artifact };
    const child = fork(script, [
      JSON.stringify({ ...settings, redisUrl: stack.redisUrl, storeDirectory: join(stack.directory, 'store') }),
    ]);
    await once(child, 'message');
    started.push(child);
  }
  return started;
}

/** Submits at the times of a Poisson process; returns the time at which the API made each job, before writing it down. */
async function submitAll(rest, submission) {
  const rate = (workers / seconds) * load;
  const accepted = new Map();
  const pending = new Set();
  let due = now();
  for (let job = 0; job < jobs; job += 1) {
    due -= (Math.log(1 - Math.random()) / rate) * 1000;
    if (due > now() + 1) await sleep(due - now());
    const sent = rest.submit(submission).then((text) => {
      pending.delete(sent);
      const { id, createdAt } = JSON.parse(text);
      accepted.set(id, Date.parse(createdAt));
    });
    pending.add(sent);
  }
  await Promise.all(pending);
  return accepted;
}

/** @param late Gathers by how much timers of the supervisors' processes were late, at 99 %. */
async function eventsOf(children, late) {
  const answers = children.map(async (child) => {
    child.send('events');
    const [{ events, lateMilliseconds }] = await once(child, 'message');
    late.push(lateMilliseconds);
    return events;
  });
  return (await Promise.all(answers)).flat();
}

async function connections(url) {
  const redis = new Redis(url);
  const info = await redis.info('clients');
  const [, limit] = await redis.config('GET', 'maxclients');
  redis.disconnect();
  return { used: Number(/^connected_clients:(\d+)/m.exec(info)?.[1]), limit: Number(limit) };
}

/** Share of one core that each process uses. */
async function coresUsed(pids, work) {
  const [before, start] = [await processorSeconds(pids), performance.now()];
  const result = await work();
  const [after, elapsed] = [await processorSeconds(pids), (performance.now() - start) / 1000];
  const used =
    before && Object.fromEntries(Object.keys(before).map((name) => [name, (after[name] - before[name]) / elapsed]));
  return { result, used, elapsed };
}

function coresText(used) {
  if (used === undefined) return 'unknown here';
  return Object.entries(used)
    .map(([name, share]) => `${name} ${(share * 100).toFixed(0)} %`)
    .join(', ');
}

const machine = describeMachine();
console.log(`${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB, Node.js ${machine.node}`);
console.log(`load average ${machine.loadAverage.toFixed(2)}: what else runs here takes from the figures below`);
const stack = await startStack({ sockets: 512 });
const data = await uploadSlices(stack.rest, 1);
const children = await startSupervisors(stack, data);
const pids = { ...stack.pids, ...Object.fromEntries(children.map(({ pid }, index) => [`supervisors ${index}`, pid])) };
console.log(`${workers} workers of one slot in ${children.length} process(es), ${stack.redisVersion}`);
const idle = await coresUsed(pids, () => sleep(10_000));
console.log(`with nothing to do, in parts of a core: ${coresText(idle.used)}`);
const submission = JSON.stringify({ plan: { name: 'radon/fbp' }, data });
const { result: accepted, used, elapsed } = await coresUsed(pids, () => submitAll(stack.rest, submission));
const clients = await connections(stack.redisUrl);
const events = [];
const late = [];
for (let begun = 0; begun < jobs;) {
  await sleep(1000);
  const more = await eventsOf(children, late);
  events.push(...more);
  begun += more.filter(([kind]) => kind === 'begin').length;
}
const waits = idleWaits({ slots: workers, accepted, events }).sort((a, b) => a - b);
const [median, p99, most] = [quantile(waits, 0.5), quantile(waits, 0.99), waits.at(-1)];
console.log(
  `${jobs} jobs of ${seconds} s, ${(jobs / elapsed).toFixed(0)} accepted per second, ${load * 100} % of the slots busy`,
);
console.log(
  `waiting while a slot is free: ${median.toFixed(1)} ms median, ${p99.toFixed(1)} ms at 99 % (aim: 50), ${most.toFixed(0)} ms at most`,
);
console.log(`meanwhile, in parts of a core: ${coresText(used)}`);
console.log(`timers of the supervisors' processes were late by ${Math.max(...late).toFixed(0)} ms at 99 %`);
console.log(`connections to Redis: ${clients.used} of ${clients.limit}`);
for (const child of children) {
  child.send('stop');
  await once(child, 'exit');
}
await stack.stop();
if (values.json !== undefined) {
  const document = {
    machine,
    redis: stack.redisVersion,
    date: new Date().toISOString(),
    ...{ workers, jobs, seconds, load, processes },
    waitingMilliseconds: { median, p99, most },
    cores: { idle: idle.used, busy: used },
    connections: clients,
  };
  await writeFile(values.json, `${JSON.stringify(document, null, 2)}\n`);
}
