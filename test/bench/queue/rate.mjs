import { median } from '../statistics.mjs';
import { startCelery } from './peers/celery.mjs';
import { startFront } from './peers/front.mjs';
import { processorSeconds } from './processes.mjs';
import { uploadSlices } from './stack.mjs';

export async function ended(rest) {
  const text = await rest.get('/metrics');
  const count = (state) =>
    Number(
      new RegExp(`^rondel_job_seconds_count\\{pool="default",state="${state}"\\} (\\d+)`, 'm').exec(text)?.[1] ?? 0,
    );
  return { completed: count('completed'), failed: count('failed') };
}

/** Keeps so many calls in flight until all are made. */
export async function keepInFlight(count, calls, call) {
  let left = calls;
  const callOn = async () => {
    while (left > 0) {
      left -= 1;
      await call();
    }
  };
  await Promise.all(Array.from({ length: count }, callOn));
}

/** What `work` takes, with the processor time of each process for each of so many jobs. */
async function measured(pids, jobs, work) {
  const before = await processorSeconds(pids);
  const start = performance.now();
  const more = await work();
  const seconds = more?.seconds ?? (performance.now() - start) / 1000;
  const after = await processorSeconds(pids);
  const perJob =
    before &&
    Object.fromEntries(Object.keys(before).map((name) => [name, ((after[name] - before[name]) / jobs) * 1000]));
  return { rate: jobs / seconds, ...more, processorMilliseconds: perJob };
}

/** From the first submission until the last job has ended and is recorded. */
function runBatch({ rest, pids }, { jobs, inFlight, submission }) {
  return measured(pids, jobs, async () => {
    const before = await ended(rest);
    const start = performance.now();
    await keepInFlight(inFlight, jobs, () => rest.submit(submission));
    const accepted = (performance.now() - start) / 1000;
    let now = await ended(rest);
    while (now.completed + now.failed - before.completed - before.failed < jobs) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      now = await ended(rest);
    }
    if (now.failed > before.failed) throw new Error(`${now.failed - before.failed} empty jobs failed.`);
    return { accepted: jobs / accepted };
  });
}

/** What a user would take instead, on the same Redis with as many slots. */
const startPeer = {
  async front({ redisUrl, pids, concurrency }) {
    const front = await startFront(redisUrl, concurrency);
    return {
      name: 'bare Fastify front on BullMQ',
      stop: front.stop,
      run: ({ jobs, inFlight, submission }) =>
        measured({ ...front.pids, redis: pids.redis }, jobs, async () => {
          const before = await front.count();
          await keepInFlight(inFlight, jobs, () => front.submit(submission));
          await front.done(before, jobs);
        }),
    };
  },
  async celery({ redisUrl, pids, concurrency }) {
    const celery = await startCelery(redisUrl, concurrency);
    if (celery.missing !== undefined) {
      console.log(`Celery is not measured: ${celery.missing}. pip install celery redis, or name a Python with PYTHON.`);
      return undefined;
    }
    return {
      name: `Celery ${celery.version}, without REST`,
      stop: celery.stop,
      // The worker's children are its slots.
      run: ({ jobs }) =>
        measured({ ...celery.pids, redis: pids.redis }, jobs, async () => ({ seconds: await celery.seconds(jobs) })),
    };
  },
};

/** Batches of empty jobs, and by turns with them the same number of the peers'. */
export async function measureRate(stack, { jobs, inFlight, batches, concurrency, peers }) {
  const data = await uploadSlices(stack.rest, 1);
  const submission = JSON.stringify({ plan: { name: 'lab/empty' }, data });
  const batch = { jobs, inFlight, submission };
  const others = [];
  for (const name of peers) others.push(await startPeer[name]({ ...stack, concurrency }));
  const measuredPeers = others.filter((peer) => peer !== undefined).map((peer) => ({ ...peer, batches: [] }));
  console.log(`${jobs} empty jobs at a time through REST, ${inFlight} submissions in flight, ${concurrency} slots:`);
  const own = [];
  try {
    for (let turn = 0; turn < batches; turn += 1) {
      own.push(await runBatch(stack, batch));
      const { rate, accepted, processorMilliseconds } = own.at(-1);
      console.log(
        `${rate.toFixed(0)} jobs/s to the last record, accepted at ${accepted.toFixed(0)}/s${timesText(processorMilliseconds)}`,
      );
      for (const peer of measuredPeers) {
        peer.batches.push(await peer.run(batch));
        const last = peer.batches.at(-1);
        console.log(`  ${peer.name}: ${last.rate.toFixed(0)} jobs/s${timesText(last.processorMilliseconds)}`);
      }
    }
  } finally {
    for (const peer of measuredPeers) await peer.stop();
  }
  console.log(`(aim: 1500)`);
  const rates = (all) => median(all.map(({ rate }) => rate));
  for (const { name, batches: theirs } of measuredPeers) {
    console.log(`median rate : that of ${name}: ${(rates(own) / rates(theirs)).toFixed(2)}`);
  }
  console.log('');
  return {
    jobs,
    inFlight,
    batches: own,
    peers: measuredPeers.map(({ name, batches: theirs }) => ({ name, batches: theirs })),
  };
}

function timesText(perJob) {
  if (perJob === undefined) return '';
  // A process may have no children.
  const text = Object.entries(perJob)
    .filter(([, milliseconds]) => milliseconds > 0)
    .map(([name, milliseconds]) => `${name} ${milliseconds.toFixed(2)}`);
  const sum = Object.values(perJob).reduce((total, milliseconds) => total + milliseconds, 0);
  return `; processor time in ms per job: ${text.join(', ')}; together ${sum.toFixed(2)}`;
}
