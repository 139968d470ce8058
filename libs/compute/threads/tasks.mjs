/* global WebAssembly */
// What every thread of a kernel runtime can do: the task functions over one shared memory. A task reads its parameter
// block, does its share and touches nothing outside the arrays named there.
import { openRowFilter } from './row-filter.mjs';

/** Words at address 0 of the shared memory by which the calling thread and its pool agree. */
export const control = {
  /** Threads sleep on this one; it changes with every piece of work. */
  epoch: 0,
  /** 1 while tasks may be taken. */
  open: 1,
  next: 2,
  count: 3,
  /** Threads inside `drain`, the calling one aside. */
  active: 4,
  kind: 5,
  parameters: 6,
  /** 1 after a task threw in a pool thread. */
  failed: 7,
  stop: 8,
};

/**
 * The task functions `(parameters, task, scratch)` by name: what the kernels' modules export. They come in an order that all
 * threads share, as those of the same modules.
 */
export async function openTasks(memory, modules) {
  const imports = { env: { memory } };
  const instances = await Promise.all(modules.map((module) => WebAssembly.instantiate(module, imports)));
  const tasks = new Map([['filterRows', await openRowFilter(memory)]]);
  for (const { exports } of instances) {
    for (const [name, task] of Object.entries(exports)) {
      if (typeof task !== 'function') continue;
      if (tasks.has(name)) throw new Error(`two kernel modules export ${name}`);
      tasks.set(name, task);
    }
  }
  return { names: [...tasks.keys()], functions: [...tasks.values()] };
}

/** Takes tasks until none is left. */
export function drain(words, { functions }, scratch) {
  const run = functions[Atomics.load(words, control.kind)];
  const parameters = Atomics.load(words, control.parameters);
  const count = Atomics.load(words, control.count);
  for (;;) {
    const task = Atomics.add(words, control.next, 1);
    if (task >= count) return;
    run(parameters, task, scratch);
  }
}
