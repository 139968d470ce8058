import { failureCodes, type FailureCode, type JobState } from '@rondel/contracts';
import { expect, test } from 'vitest';
import { exitCodeOfFailure, exitCodeOfJob } from './exit-code.js';

const expected: Record<number, FailureCode[]> = {
  1: [
    'WORKER_UNAVAILABLE',
    'ENGINE_UNAVAILABLE',
    'OUT_OF_MEMORY',
    'STRICT_WARNING',
    'WARRANT_REFUSED',
    'STEP_FAILED',
    'WORKER_LOST',
    'INTERNAL',
  ],
  3: ['SERVICE_UNAVAILABLE'],
  4: ['CANCELLED'],
  5: ['TIMEOUT'],
};

test.each(Object.keys(failureCodes) as FailureCode[])('a request that fails with %s has its exit code', (code) => {
  const listed = Object.entries(expected).find(([, codes]) => codes.includes(code));
  expect(exitCodeOfFailure({ code })).toBe(listed === undefined ? 2 : Number(listed[0]));
});

test('O18: a job that was lost is the mistake of nobody', () => {
  expect(exitCodeOfFailure({ code: 'NOT_FOUND', details: { lostAt: '2026-01-01T00:00:00.000Z' } })).toBe(1);
});

test.each([
  ['completed', undefined, 0],
  ['failed', 'PLAN_INVALID_VALUE', 1],
  ['failed', 'DATA_FORMAT', 1],
  ['failed', 'SERVICE_UNAVAILABLE', 1],
  ['failed', undefined, 1],
  ['failed', 'TIMEOUT', 5],
  ['failed', 'CANCELLED', 4],
  ['cancelled', undefined, 4],
  ['active', undefined, 0],
] satisfies [JobState, FailureCode | undefined, number][])(
  'a job that is %s (%s) exits with %i',
  (state, code, exit) => {
    const error = code === undefined ? undefined : { code, message: '', retryable: false };
    expect(exitCodeOfJob({ state, ...(error !== undefined && { error }) })).toBe(exit);
  },
);
