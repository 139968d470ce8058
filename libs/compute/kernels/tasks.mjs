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

export const taskNames = [
  'backprojectTile',
  'backprojectSlice',
  'projectAngles',
  'toChunks',
  'fromChunks',
  'transposeColumns',
  'filterRows',
];

/** The task functions `(parameters, task, scratch)` in the order of `taskNames`. */
export async function openTasks(memory, modules) {
  const imports = { env: { memory } };
  const instances = await Promise.all(modules.map((module) => WebAssembly.instantiate(module, imports)));
  const rowFilter = await openRowFilter(memory);
  const functions = Object.assign({}, ...instances.map((instance) => instance.exports), { filterRows: rowFilter });
  return taskNames.map((name) => {
    if (typeof functions[name] !== 'function') throw new Error(`the kernel modules export no ${name}`);
    return functions[name];
  });
}

/** Takes tasks until none is left. */
export function drain(words, tasks, scratch) {
  const run = tasks[Atomics.load(words, control.kind)];
  const parameters = Atomics.load(words, control.parameters);
  const count = Atomics.load(words, control.count);
  for (;;) {
    const task = Atomics.add(words, control.next, 1);
    if (task >= count) return;
    run(parameters, task, scratch);
  }
}
