import { expect, it } from 'vitest';
import { openClockWatch } from './clock-watch.js';

it('complains once about a clock that is off, again when it is twice as far off, and says when that is over', () => {
  const complaints: string[] = [];
  const hear = openClockWatch((message) => complaints.push(message));
  for (const ahead of [0, 1900, -20_000, -21_000, -39_000, -41_000, 100, 0, 3000]) hear(ahead);
  expect(complaints).toEqual([
    expect.stringContaining('is 20.0 s behind that of Redis'),
    expect.stringContaining('is 41.0 s behind that of Redis'),
    expect.stringContaining('agrees with that of Redis again'),
    expect.stringContaining('is 3.0 s ahead of that of Redis'),
  ]);
});
