// How long a change of a plan session takes to reach an observer: from the call that sets a property in one API process
// to the event that another one sends, both on loopback with a Redis of their own. Run from the workspace root:
// npm run bench:session
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startApi } from '@rondel/api';
import { ensureRedis } from '@rondel/local';

const changes = 200;
const warmUp = 20;
const path = 'parameter.reco.iterations';
/** The most that a plan may hold in one property of this type. */
const numbers = 100_000;

function quantile(values, fraction) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
}

async function call(method, url, body) {
  const answer = await fetch(url, {
    method,
    ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const document = await answer.json();
  if (!answer.ok) throw new Error(document.detail);
  return document;
}

/** Calls back with the data of every event; resolves when the stream is open. */
async function observe(url, onEvent) {
  const { body } = await fetch(url);
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  await reader.read();
  const read = async (text) => {
    const blocks = text.split('\n\n');
    for (const block of blocks.slice(0, -1)) {
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (data !== undefined) onEvent(JSON.parse(data));
    }
    const { value, done } = await reader.read();
    if (!done) await read(blocks.at(-1) + value);
  };
  const ended = read('');
  return async () => {
    await reader.cancel();
    await ended;
  };
}

async function measure(name, { writer, watcher }, plan) {
  const { id } = await call('POST', `${writer.url}/v1/plans`, { plan });
  const session = `/v1/plans/${id}`;
  let heard = () => {};
  const stop = await observe(`${watcher.url}${session}/events?property=${path}`, ({ value }) => heard(value));
  const milliseconds = [];
  for (let value = 1; value <= warmUp + changes; value += 1) {
    const event = new Promise((resolve) => (heard = (seen) => seen === value && resolve(performance.now())));
    const start = performance.now();
    await call('PUT', `${writer.url}${session}/properties/${path}`, { value });
    milliseconds.push((await event) - start);
  }
  await stop();
  const measured = milliseconds.slice(warmUp);
  const [median, late] = [quantile(measured, 0.5), quantile(measured, 0.95)].map((value) => value.toFixed(1));
  console.log(`${name}: change to observer ${median} ms median, ${late} ms at 95 %, of ${changes} changes`);
}

function iterative(angles) {
  const reco = { _type: 'RecoPlan{IterativeRadonReconstructionParameters}', iterations: 20, ...(angles && { angles }) };
  const parameter = { _type: 'RecoPlan{IterativeRadonParameters}', reco };
  return { _module: 'RondelRadon', _type: 'RecoPlan{IterativeRadonAlgorithm}', parameter };
}

const directory = await mkdtemp(join(tmpdir(), 'rondel-bench-'));
const environment = { ...process.env };
delete environment.REDIS_URL;
const redis = await ensureRedis({ directory, environment });
const open = () =>
  startApi({ redisUrl: redis.url, storeDirectory: join(directory, 'store'), port: 0, logLevel: 'silent' });
const processes = { writer: await open(), watcher: await open() };
await measure('a plan as it is usual', processes, iterative());
await measure(
  `a plan that holds ${numbers} numbers`,
  processes,
  iterative(Array.from({ length: numbers }, Math.random)),
);
await Promise.all([processes.writer.close(), processes.watcher.close()]);
await redis.stop();
await rm(directory, { recursive: true, force: true });
