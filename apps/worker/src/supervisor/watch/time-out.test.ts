import { failure } from '@rondel/contracts';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openTimeOut } from './time-out.js';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());

const lost = failure('WORKER_LOST', 'The executor ended.');

function timeOut() {
  const begun: number[] = [];
  const onEnd = vi.fn();
  return { ...openTimeOut({ onBegin: (milliseconds) => begun.push(milliseconds), onEnd }), begun, onEnd };
}

it('O1: puts a worker aside that fails job after job, twice as long each time, and says why', () => {
  const { note, now, begun, onEnd } = timeOut();
  for (const job of ['a', 'b']) note(job, lost);
  expect(now()).toBeUndefined();
  note('c', lost);
  expect(now()?.reason).toBe('3 jobs in a row have failed here, the last one with WORKER_LOST: The executor ended.');
  vi.advanceTimersByTime(2000);
  expect([now(), onEnd.mock.calls.length]).toEqual([undefined, 1]);
  note('d', lost);
  vi.advanceTimersByTime(3999);
  expect(now()).toBeDefined();
  expect(begun).toEqual([2000, 4000]);
});

it('O1: lets a worker go on whose jobs end well in between, or fail for their own faults or again and again', () => {
  const { note, now } = timeOut();
  for (const job of ['a', 'b']) note(job, lost);
  note('c', undefined);
  for (const job of ['d', 'e', 'd', 'e', 'e']) note(job, lost);
  for (const job of ['f', 'g', 'h']) note(job, failure('STEP_FAILED', 'The step stumbled.'));
  expect(now()).toBeUndefined();
});
