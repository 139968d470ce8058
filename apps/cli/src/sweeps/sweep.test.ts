import type { Job } from '@rondel/contracts';
import { expect, test } from 'vitest';
import { exitCodeOfSweep } from '../commands/sweeps/sweep.js';
import { fileName } from './sweep-folder.js';

test('file names tell what was set, sort as the combinations do and stay file names', () => {
  const name = (index: number, assignments: Record<string, unknown>) => fileName({ index, assignments }, 12, '.npy');
  expect(name(3, { 'parameter.reco.iterations': 20, filter: 'hann' })).toBe('03-iterations=20-filter=hann.npy');
  expect(name(11, { angles: [0, 1.5], path: '../../etc/passwd' })).toBe('11-angles=_0_1.5_-path=.._.._etc_passwd.npy');
  expect(name(0, { text: 'x'.repeat(1000) }).length).toBeLessThan(200);
});

test('a sweep exits as its worst job', () => {
  const job = (state: Job['state'], code?: 'STEP_FAILED' | 'TIMEOUT'): Pick<Job, 'state' | 'error'> => ({
    state,
    ...(code && { error: { code, message: 'm', retryable: false } }),
  });
  const exit = (...items: ReturnType<typeof job>[]) => exitCodeOfSweep({ items });
  expect(exit(job('completed'))).toBe(0);
  expect(exit(job('completed'), job('cancelled'))).toBe(4);
  expect(exit(job('cancelled'), job('failed', 'TIMEOUT'))).toBe(5);
  expect(exit(job('failed', 'TIMEOUT'), job('failed', 'STEP_FAILED'), job('cancelled'))).toBe(1);
});
