import type { FileHandle } from 'node:fs/promises';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { transfer } from './byte-transfer.js';

const chunkBytes = 2 ** 20;

it('keeps no byte that it has written, however large the source and whoever may stop it', async () => {
  // As a file does, it lets the event loop turn, which V8 needs to collect.
  const nowhere = { write: (_: unknown, __: number, length: number) => setImmediate({ bytesWritten: length }) };
  const chunks = 1024;
  let most = 0;
  async function* source() {
    for (let chunk = 0; chunk < chunks; chunk += 1) {
      most = Math.max(most, process.memoryUsage().arrayBuffers);
      yield await Promise.resolve(new Uint8Array(chunkBytes));
    }
  }
  const before = process.memoryUsage().arrayBuffers;
  const target = { handle: nowhere as unknown as FileHandle, offset: 0 };
  const { signal } = new AbortController();
  expect(await transfer(source(), target, { signal })).toBe(chunks * chunkBytes);
  // V8 collects now and then; if it could not, all of them would be there in the end.
  expect(most - before).toBeLessThan((chunks * chunkBytes) / 2);
});
