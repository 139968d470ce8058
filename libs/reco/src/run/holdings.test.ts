import { RondelError, throwProblems } from '@rondel/contracts';
import { checkPlan, defaultValues, planFromTree, planHash, toTree, withDefaults } from '@rondel/plan';
import { describe, expect, it } from 'vitest';
import {
  buildAlgorithm,
  createExecutableRegistry,
  openHeldThings,
  runSteps,
  toPlan,
  type HeldThings,
  type PlanTree,
  type RunOptions,
} from '../index.js';
import { cached, gainFile, gainInput, gainPackage, gainPlan, type GainCalls } from './gain.test.support.js';

function surroundings(calls: GainCalls = { made: 0, disposed: 0 }, bytes?: number) {
  const registry = createExecutableRegistry([gainPackage(calls, bytes)]);
  const things = (mostBytes = 1000) => openHeldThings({ mostBytes: () => mostBytes, makerOf: (type) => `lab ${type}` });
  const logs: string[] = [];
  const run = async (
    tree: PlanTree,
    { held, job, ...options }: Partial<Omit<RunOptions, 'held'>> & { held?: HeldThings; job?: string } = {},
  ) => {
    const { steps } = buildAlgorithm(tree, registry);
    const output = await runSteps(steps, gainInput, {
      signal: new AbortController().signal,
      memoryBytes: 10_000,
      onProgress: () => undefined,
      onStep: () => undefined,
      onLog: (_, message) => logs.push(message),
      openFile: () => Promise.resolve(gainFile([3, 5])),
      ...(held && { held: held.openRun({ job }) }),
      ...options,
    });
    return [...output.data.data];
  };
  return { registry, run, things, logs, calls };
}

const loading = { _type: 'GainLoading', power: 1 };

describe('a node that a plan leaves to its default', () => {
  it('stands there with its own defaults, as a value and as a stage', async () => {
    const { run, registry } = surroundings();
    expect(await run(gainPlan())).toEqual([3, 10]);
    const { steps } = buildAlgorithm(gainPlan(), registry);
    expect(steps.map(({ path }) => path)).toEqual(['parameter.gain', 'parameter.post']);
    expect(steps[0]?.parameters).toMatchObject({ load: { type: 'GainLoading', parameters: { power: 1 } } });
  });

  it('is one with the same plan that writes it down, and is shown as a default', () => {
    const { catalog } = surroundings().registry;
    const [bare, whole] = [gainPlan(), gainPlan(loading)].map((tree) => planFromTree(tree));
    if (bare === undefined || whole === undefined) throw new Error('unreachable');
    throwProblems(checkPlan(bare, catalog));
    expect(planHash(withDefaults(bare, catalog))).toBe(planHash(withDefaults(whole, catalog)));
    expect(defaultValues(bare, catalog)).toMatchObject({ 'parameter.post': { _type: 'NothingAfter' } });
    expect(toTree(withDefaults(bare, catalog))).toMatchObject({
      parameter: { post: { _type: 'NothingAfter' }, gain: { load: { power: 1 } } },
    });
  });

  it('is in the plan of a built algorithm', () => {
    const { registry } = surroundings();
    expect(toPlan(buildAlgorithm(gainPlan(), registry), registry)).toMatchObject({
      parameter: { gain: { load: { _type: 'GainLoading' }, gainFile: 'root://scans/gain.npy' } },
    });
  });
});

describe('a data file', () => {
  it('that cannot be opened fails the step at the path of the property', async () => {
    const { run } = surroundings();
    const openFile = () => Promise.reject(new RondelError('DATA_FORBIDDEN', 'It leaves its root.'));
    await expect(run(gainPlan(), { openFile })).rejects.toMatchObject({
      failure: { code: 'DATA_FORBIDDEN', at: 'parameter.gain.gainFile' },
    });
  });
});

describe('what a step holds', () => {
  it('lasts as long as the run without a cache', async () => {
    const { run, things, calls } = surroundings();
    const held = things();
    await run(gainPlan(), { held });
    await run(gainPlan(), { held });
    expect(calls).toEqual({ made: 2, disposed: 2 });
  });

  it('outlives the run in a cache, and says whose it is', async () => {
    const { run, things, logs, calls } = surroundings();
    const held = things();
    const [first, second] = [
      await run(gainPlan(cached(loading)), { held, job: 'A' }),
      await run(gainPlan(cached(loading)), { held }),
    ];
    expect(second).toEqual(first);
    expect(calls).toEqual({ made: 1, disposed: 0 });
    expect(logs.at(-1)).toMatch(/^parameter\.gain\.load \(GainLoading, 100 B\) came from the cache\. Made by job A\./);
    held.dispose();
    expect(calls.disposed).toBe(1);
  });

  it('is made anew of another file, other parameters and another version', async () => {
    const { run, things, calls } = surroundings();
    const held = things();
    const plan = gainPlan(cached(loading, 5));
    await run(plan, { held });
    expect(await run(plan, { held, openFile: () => Promise.resolve(gainFile([4, 4], 'second')) })).toEqual([4, 8]);
    expect(await run(gainPlan(cached({ ...loading, power: 2 }, 5)), { held })).toEqual([9, 50]);
    expect(calls.made).toBe(3);
    const later = openHeldThings({ mostBytes: () => 1000, makerOf: () => 'lab 2' });
    await run(plan, { held: later });
    expect(calls.made).toBe(4);
  });

  it('goes when others of its place were used later, or all take too much together', async () => {
    const { run, things, calls } = surroundings();
    const power = (value: number, maxsize: number) => gainPlan(cached({ ...loading, power: value }, maxsize));
    const few = things();
    for (const value of [1, 2, 1, 3, 1]) await run(power(value, 2), { held: few });
    expect(calls).toEqual({ made: 3, disposed: 1 });
    const narrow = things(250);
    for (const value of [4, 5, 6, 4]) await run(power(value, 9), { held: narrow });
    expect(calls).toEqual({ made: 7, disposed: 3 });
  });

  it('that is larger than all may be is not held, and nothing fails for it', async () => {
    const { run, things, logs, calls } = surroundings();
    await run(gainPlan(cached(loading)), { held: things(99) });
    expect(calls).toEqual({ made: 1, disposed: 1 });
    expect(logs.at(-1)).toMatch(/was made in .* It is not held: It takes more than may be held/);
  });

  it('that could not be made is made by the next run', async () => {
    const { run, things, calls } = surroundings();
    const held = things();
    const broken = { ...gainFile([1, 1]), read: () => Promise.reject(new Error('no')) };
    await expect(run(gainPlan(cached(loading)), { held, openFile: () => Promise.resolve(broken) })).rejects.toThrow();
    expect(await run(gainPlan(cached(loading)), { held })).toEqual([3, 10]);
    expect(calls.made).toBe(1);
  });
});

describe('the memory that a step asks for', () => {
  it('is refused with both numbers where it is not there, once', async () => {
    const { run } = surroundings(undefined, 5000);
    await expect(run(gainPlan(), { memoryBytes: 4000 })).rejects.toMatchObject({
      failure: {
        code: 'OUT_OF_MEMORY',
        retryable: false,
        at: 'parameter.gain',
        // 8 bytes are those of the input
        details: { neededBytes: 5000, availableBytes: 3992 },
      },
    });
  });

  it('is had by letting go what other runs have left', async () => {
    const { run, things, calls } = surroundings(undefined, 600);
    const held = things(2000);
    await run(gainPlan(cached(loading)), { held, memoryBytes: 1000 });
    await run(gainPlan(cached({ ...loading, power: 2 }, 9)), { held, memoryBytes: 1000 });
    expect(calls).toEqual({ made: 2, disposed: 1 });
  });
});
