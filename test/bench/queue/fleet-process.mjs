// Supervisors of a simulated fleet, many in one process. All of them are real but the executors, which sleep instead of
// computing. Says when each job begins and when its slot is free again, in milliseconds of the wall clock.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { superviseAs } from '../../../apps/worker/dist/supervisor/worker.js';

const { redisUrl, storeDirectory, first, count, meanSeconds, artifact } = JSON.parse(process.argv[2]);
const events = [];
const now = () => performance.timeOrigin + performance.now();

const engine = { name: 'wasm', version: '1', device: 'a clock', memoryBytes: 2 ** 30, threads: 1 };
const packages = { '@rondel/radon': '0.1.0' };

/** An executor process as supervisors see it. */
function startSleeper() {
  return {
    pid: undefined,
    ready: Promise.resolve({ engine, packages }),
    alive: () => true,
    async run(request, { onStep }) {
      events.push(['begin', request.job, now()]);
      const step = { path: request.part.steps[0], type: 'Sleep' };
      onStep({ ...step, state: 'active' });
      // Between half and one and a half of the mean, so that jobs don't end in step.
      const seconds = meanSeconds * (0.5 + Math.random());
      await sleep(seconds * 1000);
      onStep({ ...step, state: 'completed', seconds });
      events.push(['free', request.job, now()]);
      return { kind: 'done', outcome: outcomeOf(request, seconds) };
    },
    kill: () => Promise.resolve(),
  };
}

function outcomeOf({ planToml, planSha256, parameters, worker }, seconds) {
  const { name, version, device } = engine;
  return {
    kind: 'image',
    result: {
      artifact,
      shape: [1, 1],
      dtype: 'float32',
      axes: ['y', 'x'],
      spacing: [1, 1],
      min: 0,
      max: 0,
      mean: 0,
      seconds,
    },
    provenance: {
      plan: planToml,
      planSha256,
      parameters,
      data: [],
      packages,
      engine: { name, version, device },
      node: process.version,
      worker,
      timings: { total: seconds },
      warm: true,
    },
  };
}

const workers = await Promise.all(
  Array.from({ length: count }, (_, index) =>
    superviseAs(
      `sleeper-${first + index}`,
      { redisUrl, storeDirectory, pools: ['default'], engine: 'wasm', logLevel: 'warn' },
      startSleeper,
    ),
  ),
);
const delay = monitorEventLoopDelay({ resolution: 5 });
delay.enable();
process.send({ kind: 'ready' });
process.on('message', async (message) => {
  if (message === 'events') {
    process.send({ kind: 'events', events: events.splice(0), lateMilliseconds: delay.percentile(99) / 1e6 });
    return;
  }
  await Promise.all(workers.map((worker) => worker.drain()));
  process.disconnect();
});
