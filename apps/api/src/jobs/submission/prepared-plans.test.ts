import { planFromTree, planHash } from '@rondel/plan';
import { describe, expect, it } from 'vitest';
import { openPreparedPlans } from './prepared-plans.js';

const tree = (type: string) => planFromTree({ _module: 'Lab', _type: `RecoPlan{${type}}` });

function counted(type = 'Empty') {
  const calls = { made: 0 };
  const prepare = () => {
    calls.made += 1;
    return Promise.resolve(tree(type));
  };
  return { calls, prepare };
}

describe('prepared plans', () => {
  it('are made once for the same text and parameters', async () => {
    const prepared = openPreparedPlans();
    const { calls, prepare } = counted();
    const first = await prepared.plan({ plan: { name: 'lab/empty' }, parameters: { level: 1 } }, prepare);
    expect(await prepared.plan({ plan: { name: 'lab/empty' }, parameters: { level: 1 } }, prepare)).toBe(first);
    await prepared.plan({ plan: { name: 'lab/empty' }, parameters: { level: 2 } }, prepare);
    expect(calls.made).toBe(2);
  });

  it('are made anew for what may have changed, as sessions and jobs may', async () => {
    const prepared = openPreparedPlans();
    const { calls, prepare } = counted();
    const session = { plan: { session: '01JD3ZQ0000000000000000000' } };
    await prepared.plan(session, prepare);
    await prepared.plan(session, prepare);
    expect(calls.made).toBe(2);
  });

  it('that are refused are tried again', async () => {
    const prepared = openPreparedPlans();
    const { prepare } = counted();
    const submission = { plan: '_type = "RecoPlan{Empty}"' };
    await expect(prepared.plan(submission, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(planHash(await prepared.plan(submission, prepare))).toBe(planHash(tree('Empty')));
  });

  it('forget the one that was not used for longest', async () => {
    const prepared = openPreparedPlans();
    const { calls, prepare } = counted();
    const use = (level: number) => prepared.plan({ plan: { name: 'lab/empty' }, parameters: { level } }, prepare);
    for (let level = 0; level < 64; level += 1) await use(level);
    await use(0);
    await use(64);
    expect(calls.made).toBe(65);
    await use(0);
    expect(calls.made).toBe(65);
    await use(1);
    expect(calls.made).toBe(66);
  });

  it('have their stages worked out once for each axis of a split', () => {
    const prepared = openPreparedPlans();
    const plan = tree('Empty');
    const along = (axis: string | undefined) =>
      prepared.staged(plan, axis, () => ({ stages: [], packages: [], sized: [] }));
    expect(along('slice')).toBe(along('slice'));
    expect(along(undefined)).not.toBe(along('slice'));
  });

  it('have no stages when those cannot be worked out', () => {
    const prepared = openPreparedPlans();
    const plan = tree('Empty');
    const refuse = () => {
      throw new Error('no step can be split');
    };
    expect(() => prepared.staged(plan, 'slice', refuse)).toThrow('no step');
    expect(() => prepared.staged(plan, 'slice', refuse)).toThrow('no step');
  });
});
