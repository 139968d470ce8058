import { describe, expect, it } from 'vitest';
import { openDiskWatch } from './disk-watch.js';

const [everyMs, mebibyte] = [3000, 2 ** 20];

describe('a worker', () => {
  it('H5: begins nothing while the disk of the store is nearly full, says why, and goes on when there is room', async () => {
    let freeBytes = 500 * mebibyte;
    const watch = openDiskWatch({ directory: '/store', everyMs }, () =>
      Promise.resolve({ freeBytes, totalBytes: 2 ** 40 }),
    );
    expect([await watch.look(), watch.now()]).toEqual([false, undefined]);
    freeBytes = 127 * mebibyte;
    expect([await watch.look(), watch.now()?.reason]).toEqual([
      true,
      expect.stringMatching(/has 127\.0 MiB left; below 128\.0 MiB no job begins.*--min-free/),
    ]);
    expect(Date.parse(watch.now()?.until ?? '')).toBeGreaterThan(Date.now());
    expect(await watch.look()).toBe(false);
    freeBytes = 128 * mebibyte;
    expect([await watch.look(), watch.now()]).toEqual([true, undefined]);
  });

  it('H5: leaves less free on a small disk, and what the operator says on any', async () => {
    const free = () => Promise.resolve({ freeBytes: 5 * mebibyte, totalBytes: 160 * mebibyte });
    const small = openDiskWatch({ directory: '/store', everyMs }, free);
    expect(await small.look()).toBe(false);
    const told = openDiskWatch({ directory: '/store', everyMs, leastFreeBytes: 11 * mebibyte }, free);
    expect(await told.look()).toBe(true);
  });
});
