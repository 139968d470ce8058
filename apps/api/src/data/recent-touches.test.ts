import { describe, expect, it } from 'vitest';
import { openRecentTouches } from './recent-touches.js';

function countingStore(there: ReadonlySet<string>) {
  const touched: string[] = [];
  const touch = (sha256: string) => {
    touched.push(sha256);
    return Promise.resolve(there.has(sha256) ? { sha256, bytes: 1 } : undefined);
  };
  return { touched, touch };
}

describe('recent touches', () => {
  it('looks at the store once for many uses of the same artifact', async () => {
    const store = countingStore(new Set(['a', 'b']));
    const recent = openRecentTouches(store, 60_000);
    for (const sha256 of ['a', 'b', 'a', 'b', 'a']) expect(await recent.touch(sha256)).toBe(1);
    expect(store.touched).toEqual(['a', 'b']);
  });

  it('never remember that something is missing, as it may be uploaded next', async () => {
    const there = new Set<string>();
    const store = countingStore(there);
    const recent = openRecentTouches(store, 60_000);
    expect(await recent.touch('a')).toBeUndefined();
    there.add('a');
    expect(await recent.touch('a')).toBe(1);
    expect(store.touched).toEqual(['a', 'a']);
  });

  it('looks each time when told that looks do not last', async () => {
    const store = countingStore(new Set(['a']));
    const recent = openRecentTouches(store, 0);
    await recent.touch('a');
    await recent.touch('a');
    expect(store.touched).toEqual(['a', 'a']);
  });
});
