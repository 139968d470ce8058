import { afterEach, expect, it, vi } from 'vitest';
import { control } from '../../../threads/tasks.mjs';
import { createRowMemory } from './row-memory.js';

afterEach(() => {
  vi.useRealTimers();
});

it('ends threads that have nothing to do, works on without them, and starts them again', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval', 'performance'] });
  const held = await createRowMemory(3);
  const { memory } = held;
  const [from, to] = [memory.allocate(4 * 4096), memory.allocate(4 * 4096)];
  memory.float32(from, 4096).forEach((_, at, values) => (values[at] = at));
  const transposed = (): number[] => {
    memory.float32(to, 4096).fill(0);
    held.run({ kind: 'transposeColumns', parameters: [from, to, 64, 64, 1], tasks: 64 });
    return [...memory.float32(to, 4096)];
  };
  const expected = Array.from({ length: 4096 }, (_, at) => 64 * (at % 64) + Math.floor(at / 64));
  /** Whether sleeping threads were told to end. */
  const ended = () => memory.control[control.stop] === 1;
  await held.prepare(64, 1000);
  expect(transposed()).toEqual(expected);
  for (let round = 0; round < 2; round++) {
    await held.prepare(64, 1e9);
    expect(ended()).toBe(false);
    expect(transposed()).toEqual(expected);
    vi.advanceTimersByTime(9000);
    expect(transposed()).toEqual(expected);
    vi.advanceTimersByTime(9000);
    expect(ended()).toBe(false);
    vi.advanceTimersByTime(20_000);
    expect(ended()).toBe(true);
    expect(transposed()).toEqual(expected);
  }
  await held.dispose();
});
