import { RondelError } from '@rondel/contracts';

/** Polls before the thread begins to sleep between them: small results are there after a few. */
const eagerPolls = 50;
const sleepMilliseconds = 0.05;

/**
 * Waits on this thread until the first `size` bytes of a buffer are mapped for reading; false when the device was lost.
 *
 * Dawn finishes a mapping when its events are processed, which it asks for with `setImmediate`. Here these requests are
 * answered at once, so no turn of the event loop is needed. No other operation of the same instance may be pending.
 */
export function mapNow(buffer: GPUBuffer, size: number): boolean {
  const requested: (() => void)[] = [];
  const setImmediate = globalThis.setImmediate;
  const sleep = new Int32Array(new SharedArrayBuffer(4));
  Reflect.set(globalThis, 'setImmediate', (callback: () => void) => requested.push(callback));
  try {
    // `mapState` tells here and now that it failed; the rejection would say so after this thread is given up. Why it
    // failed is among the errors of the device, which the caller takes.
    buffer.mapAsync(GPUMapMode.READ, 0, size).catch(() => undefined);
    for (let polls = 0; buffer.mapState === 'pending'; polls++) {
      const processEvents = requested.shift();
      if (processEvents === undefined) {
        throw new RondelError(
          'INTERNAL',
          'WebGPU has another operation pending: results cannot be read before it ends',
        );
      }
      processEvents();
      if (polls > eagerPolls) Atomics.wait(sleep, 0, 0, sleepMilliseconds);
    }
    return buffer.mapState === 'mapped';
  } finally {
    Reflect.set(globalThis, 'setImmediate', setImmediate);
    for (const callback of requested) setImmediate(callback);
  }
}
