import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchMemory } from './memory-watch.js';

const mebibyte = 2 ** 20;

/** Takes one size after the other, the last one for good. */
function watched(...sizes: (number | undefined)[]) {
  let looks = 0;
  const watch = watchMemory(1, () => {
    looks += 1;
    const size = sizes.length > 1 ? sizes.shift() : sizes[0];
    return size === undefined ? undefined : size * mebibyte;
  });
  return { watch, looks: () => looks };
}

/** What it was found to take in a run of so many milliseconds. */
function afterRun({ watch }: ReturnType<typeof watched>, milliseconds: number): number | undefined {
  watch.begin();
  vi.advanceTimersByTime(milliseconds);
  return watch.end(100 * mebibyte);
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('O1: tells what a process took that can be asked no more, less its own needs', () => {
  expect(afterRun(watched(200, 250, 900, undefined), 1000)).toBe((900 - 100 - 64) * mebibyte);
});

it('O1: does not hold a small run to have taken what runs before have left, and knows nothing where nothing tells it', () => {
  expect(afterRun(watched(4000, 4050), 30)).toBe(0);
  expect(afterRun(watched(undefined), 30)).toBeUndefined();
  const own = watchMemory(process.pid);
  own.begin();
  expect(own.end(undefined)).toBe(0);
  expect(own.lastBytes()).toBeGreaterThan(mebibyte);
});

it('looks once a second where one short run follows the other, and sees what a long one among them takes', () => {
  const process = watched(200, 210, 220, 900);
  for (let run = 0; run < 900; run += 1) expect(afterRun(process, 2)).toBe(0);
  expect(process.looks()).toBe(2);
  expect(afterRun(process, 60)).toBe((900 - 100 - 64) * mebibyte);
  expect(process.watch.lastBytes()).toBe(900 * mebibyte);
});
