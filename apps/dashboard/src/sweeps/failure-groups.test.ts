import { failure, type SweepItem } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { failureGroups } from './failure-groups.js';

it('each reason is told once, the most frequent first, and a cancel is none', () => {
  const item = (index: number, error?: SweepItem['error'], state: SweepItem['state'] = 'failed'): SweepItem => ({
    index,
    assignments: {},
    job: `${index}`,
    state,
    fraction: 1,
    links: {},
    ...(error && { error }),
  });
  const shape = failure('DATA_SHAPE_MISMATCH', 'two angles');
  const lost = failure('WORKER_LOST', 'gone');
  const cancelled = failure('CANCELLED', 'by somebody');
  const groups = failureGroups([
    item(0, lost),
    item(1, shape),
    item(2, undefined, 'completed'),
    item(3, { ...shape }),
    item(4, cancelled, 'cancelled'),
  ]);
  expect(groups.map(({ error, items }) => [error.code, items.map(({ index }) => index)])).toEqual([
    ['DATA_SHAPE_MISMATCH', [1, 3]],
    ['WORKER_LOST', [0]],
  ]);
});
