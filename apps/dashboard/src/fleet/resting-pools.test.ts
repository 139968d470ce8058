import type { WorkerRecord } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { restingPools } from './resting-pools.js';

const now = '2026-01-01T00:00:00.000Z';
const worker = (id: string, changed: Partial<WorkerRecord> = {}): WorkerRecord => ({
  ...{ id, state: 'running', pools: ['default'], labels: {}, host: 'h', pid: 1, engine: 'wasm', device: 'cpu' },
  ...{
    concurrency: 1,
    threads: 1,
    memoryBytes: 1,
    packages: {},
    roots: [],
    running: [],
    startedAt: now,
    heartbeatAt: now,
  },
  ...changed,
});
const aside = (reason: string, second = 5) => ({ aside: { reason, until: `2026-01-01T00:00:0${second}.000Z` } });

it('H5: a pool rests when every worker that it has rests, for the reason that ends first', () => {
  const full = worker('w-1', { pools: ['default', 'gpu'], ...aside('The disk is nearly full.') });
  expect(restingPools([full])).toEqual([
    { name: 'default', workers: 1, reason: 'The disk is nearly full.' },
    { name: 'gpu', workers: 1, reason: 'The disk is nearly full.' },
  ]);
  expect(restingPools([full, worker('w-2')]).map(({ name }) => name)).toEqual(['gpu']);
  expect(restingPools([full, worker('w-2', { state: 'lost' }), worker('w-3', { state: 'draining' })])).toHaveLength(2);
  expect(restingPools([full, worker('w-2', aside('Jobs have failed.', 2))])[0]).toEqual({
    ...{ name: 'default', workers: 2, reason: 'Jobs have failed.' },
  });
  expect(restingPools([])).toEqual([]);
});
