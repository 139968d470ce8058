import { failure } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { passingFault, type PassingFaults } from './passing-faults.js';

const attempt = {
  work: { data: { data: 'root://scans/a.h5' } },
  subjob: { stage: 0 },
  head: { stages: [{ queue: 'default', steps: [] }] },
};
const around = (faults: Partial<PassingFaults>) => ({
  worker: 'w-1',
  lostRoots: () => Promise.resolve([]),
  fullDisk: () => Promise.resolve(undefined),
  ...faults,
});
const full = failure('QUOTA_EXCEEDED', 'no space left', { retryable: true });
const step = failure('STEP_FAILED', 'no');

it('H5: an attempt that failed as the disk is full says nothing about its job', async () => {
  const nearlyFull = around({ fullDisk: () => Promise.resolve('The disk has 1 MiB left.') });
  expect(await passingFault(attempt, full, nearlyFull)).toBe(
    'Worker w-1 cannot write: The disk has 1 MiB left. The work waits until there is room.',
  );
  expect(await passingFault(attempt, full, around({}))).toBeUndefined();
  expect(await passingFault(attempt, failure('QUOTA_EXCEEDED', 'too large'), nearlyFull)).toBeUndefined();
  expect(await passingFault(attempt, step, nearlyFull)).toBeUndefined();
});

it('an attempt that failed without the data root that it reads from says nothing about its job', async () => {
  const lost = (...roots: string[]) => around({ lostRoots: () => Promise.resolve(roots) });
  expect(await passingFault(attempt, step, lost('scans'))).toMatch(/^Worker w-1 has lost its data root scans; /);
  expect(await passingFault(attempt, step, lost('others'))).toBeUndefined();
});
