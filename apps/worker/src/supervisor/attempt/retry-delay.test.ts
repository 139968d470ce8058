import { describe, expect, it } from 'vitest';
import { attemptPauses, redisPauses, retryDelayMs } from './retry-delay.js';

describe('the pause before another try', () => {
  it('doubles with every failure, up to the longest', () => {
    const pauses = [1, 2, 3, 4, 5, 6, 7, 20].map((failures) => retryDelayMs(failures, attemptPauses, 1));
    expect(pauses).toEqual([1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    expect(retryDelayMs(9, redisPauses, 1)).toBe(2000);
  });

  it('differs by chance, by at most a half', () => {
    expect([0, 0.5, 1].map((chance) => retryDelayMs(2, attemptPauses, chance))).toEqual([1000, 1500, 2000]);
    const drawn = new Set(Array.from({ length: 50 }, () => retryDelayMs(6, attemptPauses)));
    expect(drawn.size).toBeGreaterThan(1);
    for (const pause of drawn) expect(pause).toBeGreaterThanOrEqual(15_000);
  });
});
