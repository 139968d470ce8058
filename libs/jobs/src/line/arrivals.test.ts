import { expect, it } from 'vitest';
import { arrivalRate, arrivalSeconds } from './arrivals.js';

it('tells the rate of many, nothing of one, and forgets', () => {
  const now = Date.now();
  // One each half second, as the script adds them up.
  const times = Array.from({ length: 2000 }, (_, index) => (now / 1000 - index / 2) / arrivalSeconds);
  const latest = times[0] ?? 0;
  const sum = String(latest + Math.log(times.reduce((total, time) => total + Math.exp(time - latest), 0)));
  expect(arrivalRate(sum, now)).toBeCloseTo(2 - Math.sqrt(2 / arrivalSeconds), 1);
  expect(arrivalRate(sum, now + 1000 * arrivalSeconds)).toBeLessThan(0.75);
  expect(arrivalRate(String(latest), now)).toBe(0);
  expect(arrivalRate(null, now)).toBe(0);
});
