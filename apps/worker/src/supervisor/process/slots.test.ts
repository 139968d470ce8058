import { describe, expect, it } from 'vitest';
import { failure } from '@rondel/contracts';
import { ExecutorUpdated, type ExecutorFacts, type ExecutorProcess } from './executor-process.js';
import { openSlots, type Slot, type Slots } from './slots.js';

const facts: ExecutorFacts = {
  engine: { name: 'wasm', version: '1', device: 'none', memoryBytes: 1, hostBytes: 1, threads: 1, ownMemory: false },
  packages: {},
};
const settings = { storeDirectory: '/nowhere', roots: {}, packages: [], engine: 'wasm' } as const;
const patienceMs = 60_000;

/** Processes that only live and die. */
async function slotsOf(
  count: number,
  ready: (index: number) => Promise<ExecutorFacts> = () => Promise.resolve(facts),
): Promise<Slots & { readonly started: readonly ExecutorProcess[] }> {
  const started: ExecutorProcess[] = [];
  const slots = await openSlots(count, settings, () => {
    let alive = true;
    const unused = () => Promise.reject(new Error('Nothing runs here.'));
    const kill = () => Promise.resolve(void (alive = false));
    const executor = {
      pid: started.length,
      ready: ready(started.length),
      alive: () => alive,
      run: unused,
      build: unused,
      kill,
    };
    started.push(executor);
    return executor;
  });
  return { ...slots, started };
}

async function reserved(slots: Slots): Promise<Slot> {
  const slot = await slots.reserve(patienceMs);
  if (slot === undefined) throw new Error('no slot was free');
  return slot;
}

/** Takes a slot, runs nothing on it, and gives it back. */
async function use(slots: Slots, plan: string): Promise<ExecutorProcess> {
  const slot = await reserved(slots);
  const executor = slot.executorFor(plan);
  slot.release();
  return executor;
}

describe('slots', () => {
  it('give a plan the executor that has run it, and a new plan the one that knows the fewest', async () => {
    const slots = await slotsOf(2);
    const first = await use(slots, 'a');
    const second = await use(slots, 'b');
    expect(second).not.toBe(first);
    expect(await use(slots, 'b')).toBe(second);
    expect(await use(slots, 'a')).toBe(first);
    await use(slots, 'c');
    expect(await use(slots, 'a')).toBe(first);
  });

  it('give a plan another executor while its own is taken', async () => {
    const slots = await slotsOf(2);
    const held = await reserved(slots);
    const own = held.executorFor('a');
    expect(await use(slots, 'a')).not.toBe(own);
  });

  it('are given out once, however often they are released', async () => {
    const slots = await slotsOf(1);
    const slot = await reserved(slots);
    slot.executorFor('a');
    slot.release();
    slot.release();
    await reserved(slots);
    expect(await slots.reserve(0)).toBeUndefined();
  });

  it('pass to whoever waits, in the order of the calls', async () => {
    const slots = await slotsOf(1);
    const slot = await reserved(slots);
    const order: number[] = [];
    const waiting = [1, 2].map(async (turn) => {
      const next = await reserved(slots);
      order.push(turn);
      next.release();
    });
    slot.release();
    await Promise.all(waiting);
    expect(order).toEqual([1, 2]);
  });

  it('replace an executor that has died', async () => {
    const slots = await slotsOf(1);
    const dead = await use(slots, 'a');
    await dead.kill();
    const fresh = await use(slots, 'a');
    expect(fresh.alive()).toBe(true);
    expect(slots.started).toHaveLength(2);
  });

  it('say so when the executor that was to take the place of another is of another version of Rondel', async () => {
    const failed = failure('WORKER_UNAVAILABLE', 'Rondel was updated.');
    const slots = await slotsOf(1, (index) =>
      index === 0 ? Promise.resolve(facts) : Promise.reject(new ExecutorUpdated(failed)),
    );
    await slots.started[0]?.kill();
    await use(slots, 'a');
    expect(await slots.updated).toBe('Rondel was updated.');
  });
});
