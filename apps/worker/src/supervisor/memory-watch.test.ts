import { expect, it, vi } from 'vitest';
import { watchMemory } from './memory-watch.js';

const mebibyte = 2 ** 20;

/** Takes one size after the other, the last one for good. */
function watched(...sizes: (number | undefined)[]) {
  return watchMemory(1, 100 * mebibyte, () => {
    const size = sizes.length > 1 ? sizes.shift() : sizes[0];
    return size === undefined ? undefined : size * mebibyte;
  });
}

it('O1: tells what a process took that can be asked no more, less its own needs', () => {
  vi.useFakeTimers();
  const watch = watched(200, 250, 900, undefined);
  vi.advanceTimersByTime(1000);
  expect(watch.stop()).toBe((900 - 100 - 64) * mebibyte);
  vi.useRealTimers();
});

it('O1: does not hold a small run to have taken what runs before have left, and knows nothing where nothing tells it', () => {
  expect(watched(4000, 4050).stop()).toBe(0);
  expect(watched(undefined).stop()).toBeUndefined();
  expect(watchMemory(process.pid, undefined).stop()).toBe(0);
});
