import { describe, expect, it } from 'vitest';
import { failure, failureCodes, isRondelError, RondelError, throwProblems, toFailure } from '../index.js';

describe('a failure', () => {
  it('takes retryable from its code unless told otherwise', () => {
    expect(failure('WORKER_LOST', 'x').retryable).toBe(true);
    expect(failure('PLAN_SYNTAX', 'x').retryable).toBe(false);
    expect(failure('STEP_FAILED', 'x', { retryable: true }).retryable).toBe(true);
  });

  it('survives a process boundary as JSON', () => {
    const thrown = new RondelError('PLAN_INVALID_VALUE', 'iterations must be >= 1, got 0', {
      at: 'parameter.reco.iterations',
      details: { value: 0 },
    });
    const received = RondelError.from(JSON.parse(JSON.stringify(thrown.failure)) as typeof thrown.failure);
    expect(received.failure).toEqual(thrown.failure);
    expect(isRondelError(received)).toBe(true);
  });

  it('does not pretend to know a foreign error', () => {
    expect(toFailure(new TypeError('boom'))).toEqual({ code: 'INTERNAL', message: 'boom', retryable: false });
    expect(toFailure('text', 'STEP_FAILED').message).toBe('text');
    expect(isRondelError(new Error('x'))).toBe(false);
  });

  it('leads with the first of several problems and carries all', () => {
    const problems = [failure('PLAN_MISSING_PROPERTY', 'first'), failure('PLAN_INVALID_VALUE', 'second')];
    expect(() => throwProblems(problems)).toThrow('first (and 1 more problem)');
    expect(() => throwProblems([])).not.toThrow();
  });

  it('has a title for every code', () => {
    for (const { title } of Object.values(failureCodes)) expect(title.length).toBeGreaterThan(5);
  });
});

it('O15: a process that can open no more files is a fault of the machine, told without the file', () => {
  const error = Object.assign(new Error("EMFILE: too many open files, open '/store/identity'"), { code: 'EMFILE' });
  const failed = toFailure(error, 'STEP_FAILED');
  expect(failed).toMatchObject({ code: 'SERVICE_UNAVAILABLE', retryable: true });
  expect(failed.message).toMatch(/as many files .*\(EMFILE\).*ulimit -n/);
  expect(failed.message).not.toContain('/store');
});
