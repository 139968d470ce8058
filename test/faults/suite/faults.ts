import { setTimeout as sleep } from 'node:timers/promises';
import { childrenOf } from '../../support/machine/stack.js';
import type { KeptProcess } from './processes.js';
import type { Random } from './random.js';
import type { SmallDisk } from './small-disk.js';
import type { FaultStack } from './stack.js';

/** How many faults of each kind there were. */
export type FaultCounts = Readonly<Record<string, number>>;

export interface Injection {
  counts(): FaultCounts;
  /** Whatever was taken away is back when it resolves; with what could not be brought back. */
  stop(): Promise<readonly string[]>;
}

interface Fault {
  readonly name: string;
  readonly weight: number;
  /** Does it and makes it good again. False when there was nothing to be done harm to. */
  readonly run: () => Promise<boolean>;
}

/** Time between two faults in milliseconds, from and to; they last longer than that, so several come together. */
const pauses = [150, 1500] as const;

/** Does harm to a stack, in an order drawn at random, until it is stopped. */
export function injectFaults(stack: FaultStack, random: Random, disk: SmallDisk | undefined): Injection {
  const counts = new Map<string, number>();
  const faults = faultsOf(stack, random, disk);
  const problems: string[] = [];
  const running = new Map<string, Promise<void>>();
  const over = new AbortController();
  const strike = ({ name, run }: Fault) => {
    const done = run().then(
      (happened) => {
        if (happened) counts.set(name, (counts.get(name) ?? 0) + 1);
      },
      (error: unknown) => problems.push(`"${name}" could not be made good again: ${String(error)}`),
    );
    running.set(
      name,
      done.then(() => void running.delete(name)),
    );
  };
  const loop = async () => {
    while (!over.signal.aborted) {
      const pause = sleep(random.between(...pauses), true, { signal: over.signal });
      const goOn = await pause.catch(() => false);
      const possible = faults.filter(({ name }) => !running.has(name));
      if (!goOn || possible.length === 0) continue;
      strike(random.weighted(possible.map((fault) => [fault.weight, fault])));
    }
  };
  const looping = loop();
  return {
    counts: () => Object.fromEntries(counts),
    async stop() {
      over.abort();
      await looping;
      await Promise.all(running.values());
      return problems;
    },
  };
}

function faultsOf(stack: FaultStack, random: Random, disk: SmallDisk | undefined): Fault[] {
  const { redis, proxies, api } = stack;
  const always = (run: () => void | Promise<void>) => async () => {
    await run();
    return true;
  };
  const faults: Fault[] = [
    { name: 'executor killed', weight: 6, run: () => killExecutor(stack, random) },
    { name: 'worker killed', weight: 3, run: () => killWorker(stack, random) },
    { name: 'API killed', weight: 2, run: () => killProcess(api) },
    {
      name: 'Redis killed',
      weight: 2,
      run: always(async () => {
        await redis.kill();
        await sleep(random.between(50, 3000));
        await redis.start();
      }),
    },
  ];
  for (const [whose, proxy] of Object.entries(proxies)) {
    const who = whose === 'api' ? 'of the API' : 'of workers';
    faults.push(
      { name: `connections ${who} cut`, weight: 3, run: () => Promise.resolve(proxy.cut() > 0) },
      {
        name: `connections ${who} delayed`,
        weight: 2,
        run: always(async () => {
          proxy.delay(random.between(50, 400));
          await sleep(random.between(300, 3000));
          proxy.delay(0);
        }),
      },
    );
  }
  if (disk !== undefined) {
    const run = always(async () => {
      await disk.fill();
      await sleep(random.between(300, 2500));
      await disk.free();
    });
    faults.push({ name: 'disk full', weight: 1, run });
  }
  return faults;
}

/** The others go on: on a busy machine nothing would be done where all are starting all the time. */
function killWorker({ workers }: FaultStack, random: Random): Promise<boolean> {
  return workers.every((worker) => worker.isReady()) ? killProcess(random.pick(workers)) : Promise.resolve(false);
}

/** One that is still starting has nothing to lose. */
function killProcess(kept: KeptProcess): Promise<boolean> {
  const isReady = kept.isReady();
  if (isReady) kept.kill();
  return Promise.resolve(isReady);
}

async function killExecutor({ workers }: FaultStack, random: Random): Promise<boolean> {
  const pid = random.pick(workers).pid();
  const executors = pid === undefined ? [] : await childrenOf(pid);
  if (executors.length === 0) return false;
  try {
    process.kill(random.pick(executors), 'SIGKILL');
    return true;
  } catch {
    // It has ended meanwhile.
    return false;
  }
}
