import { expect, it } from 'vitest';
import { openTurns } from './turns.js';

/** Work that notes when it begins and ends when the test says so. */
function work() {
  const begun: number[] = [];
  const ends = new Map<number, (error?: Error) => void>();
  const piece = (index: number) => () =>
    new Promise<number>((resolve, reject) => {
      begun.push(index);
      ends.set(index, (error) => (error ? reject(error) : resolve(index)));
    });
  return { begun, piece, end: (index: number, error?: Error) => ends.get(index)?.(error) };
}

const what = 'pictures';

it('does no more at once than it may, in the order in which it was asked, also after a failure', async () => {
  const { begun, piece, end } = work();
  const takeTurn = openTurns({ most: 2, mostWaiting: 10, what });
  const all = [0, 1, 2, 3, 4].map((index) => takeTurn(piece(index)));
  await expect.poll(() => begun).toEqual([0, 1]);
  end(1, new Error('no ink'));
  await expect(all[1]).rejects.toThrow('no ink');
  await expect.poll(() => begun).toEqual([0, 1, 2]);
  for (const index of [2, 3, 4, 0]) {
    await expect.poll(() => begun).toContain(index);
    end(index);
    expect(await all[index]).toBe(index);
  }
  expect(begun).toEqual([0, 1, 2, 3, 4]);
});

it('refuses what would wait behind too many', async () => {
  const { begun, piece, end } = work();
  const takeTurn = openTurns({ most: 1, mostWaiting: 1, what });
  const first = takeTurn(piece(0));
  const second = takeTurn(piece(1));
  await expect(takeTurn(piece(2))).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', failure: { retryable: true } });
  end(0);
  await first;
  await expect.poll(() => begun).toEqual([0, 1]);
  end(1);
  expect(await second).toBe(1);
});

it('forgets what nobody waits for any more before it begins', async () => {
  const { begun, piece, end } = work();
  const takeTurn = openTurns({ most: 1, mostWaiting: 10, what });
  const gone = new AbortController();
  const first = takeTurn(piece(0));
  const left = takeTurn(piece(1), gone.signal);
  const last = takeTurn(piece(2), new AbortController().signal);
  gone.abort();
  await expect(left).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(takeTurn(piece(3), gone.signal)).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect.poll(() => begun).toEqual([0]);
  end(0);
  await first;
  await expect.poll(() => begun).toEqual([0, 2]);
  end(2);
  expect(await last).toBe(2);
});
