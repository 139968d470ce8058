import { expect, it } from 'vitest';
import { sweepJobId } from './sweep-job-id.js';

const sweep = '01JD0000000000000000000ZZY';
const mark = sweepJobId(sweep, 0, 'gpu').slice(10, 15);

it('counts on from the id of the sweep, carrying over', () => {
  expect([0, 1, 2].map((index) => sweepJobId(sweep, index, 'gpu'))).toEqual([
    `01JD000000${mark}00000000ZZZ`,
    `01JD000000${mark}00000001000`,
    `01JD000000${mark}00000001001`,
  ]);
});

it('says whose workers may open it', () => {
  expect(sweepJobId(sweep, 0, 'cpu').slice(10, 15)).not.toBe(mark);
});

it('stays in the millisecond of the sweep, and with its mark, at the end of its random part', () => {
  expect(sweepJobId('01JD000000ZZZZZZZZZZZZZZZZ', 0, 'gpu')).toBe(`01JD000000${mark}00000000000`);
});

it('sorts as the combinations do and never comes twice', () => {
  const ids = Array.from({ length: 10_000 }, (_, index) => sweepJobId(sweep, index, 'gpu'));
  expect([...ids].sort()).toEqual(ids);
  expect(new Set([sweep, ...ids]).size).toBe(10_001);
});
