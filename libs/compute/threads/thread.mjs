// A thread of a kernel runtime: sleeps until there is work, takes tasks, sleeps again.
import { parentPort, workerData } from 'node:worker_threads';
import { control, drain, openTasks } from './tasks.mjs';

const { memory, modules, scratch } = workerData;
const words = new Int32Array(memory.buffer, 0, 64);

/** Work may be taken only while `open` is set, and the caller waits until nobody is inside. */
function takePart(tasks) {
  Atomics.add(words, control.active, 1);
  try {
    if (Atomics.load(words, control.open) === 1) drain(words, tasks, scratch);
  } catch {
    // The calling thread reports it: it alone knows which operation this was.
    Atomics.store(words, control.failed, 1);
  }
  if (Atomics.sub(words, control.active, 1) === 1) Atomics.notify(words, control.active);
}

const tasks = await openTasks(memory, modules);
parentPort.postMessage('ready');
for (;;) {
  const epoch = Atomics.load(words, control.epoch);
  if (Atomics.load(words, control.stop) === 1) break;
  takePart(tasks);
  Atomics.wait(words, control.epoch, epoch);
}
