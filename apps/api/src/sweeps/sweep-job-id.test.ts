import { expect, it } from 'vitest';
import { sweepJobId } from './sweep-job-id.js';

const sweep = '01JD0000000000000000000ZZY';

it('counts on from the id of the sweep, carrying over', () => {
  expect([0, 1, 2].map((index) => sweepJobId(sweep, index))).toEqual([
    '01JD0000000000000000000ZZZ',
    '01JD0000000000000000001000',
    '01JD0000000000000000001001',
  ]);
});

it('stays in the millisecond of the sweep at the end of its random part', () => {
  expect(sweepJobId('01JD000000ZZZZZZZZZZZZZZZZ', 0)).toBe('01JD0000000000000000000000');
});

it('sorts as the combinations do and never comes twice', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => sweepJobId(sweep, index));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set([sweep, ...ids]).size).toBe(10_001);
});
