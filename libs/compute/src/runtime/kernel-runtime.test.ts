import { expect, it } from 'vitest';
import { createKernelMemory } from './kernel-memory.js';
import { createKernelRuntime } from './kernel-runtime.js';

it('refuses an allocation beyond 4 GiB with both numbers and gives back what a failed call took', () => {
  const memory = createKernelMemory(1);
  const top = memory.allocate(0);
  const greedy = (): number =>
    memory.scope(() => {
      memory.allocate(1000);
      return memory.allocate(2 ** 32);
    });
  expect(greedy).toThrow(/need 4294967296 more, of at most \d+/);
  expect(memory.allocate(0)).toBe(top);
});

it('keeps its contents and its views when it grows', () => {
  const memory = createKernelMemory(1);
  memory.float32(memory.staging, 1).set([42]);
  const address = memory.allocate(64 * 2 ** 20);
  expect(memory.float32(address, 16 * 2 ** 20).length).toBe(16 * 2 ** 20);
  expect(memory.float32(memory.staging, 1)[0]).toBe(42);
});

it('reports a task that stops in whatever thread, and works on afterwards', async () => {
  const runtime = await createKernelRuntime({ threads: 3 });
  const beyond = 2 ** 32 - 4;
  const broken = [beyond, beyond, 64, 64, 16];
  for (let round = 0; round < 3; round++) {
    expect(() => runtime.run({ kind: 'transposeColumns', parameters: broken, tasks: 4 })).toThrow('transposeColumns');
  }
  const { memory } = runtime;
  const [from, to] = [memory.allocate(64), memory.allocate(64)];
  memory.float32(from, 6).set([1, 2, 3, 4, 5, 6]);
  runtime.run({ kind: 'transposeColumns', parameters: [from, to, 2, 3, 16], tasks: 1 });
  expect([...memory.float32(to, 6)]).toEqual([1, 4, 2, 5, 3, 6]);
  await runtime.dispose();
});
