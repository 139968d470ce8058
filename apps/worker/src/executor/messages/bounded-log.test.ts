import { expect, it } from 'vitest';
import { logLimits, openBoundedLog } from './bounded-log.js';

it('O7: bounds lines of a log in length, rate and number, and counts what it has left out', () => {
  const said: string[] = [];
  let time = 0;
  const log = openBoundedLog(
    (_level, message) => said.push(message),
    () => time,
  );
  const long = 'x'.repeat(100_000);
  for (let line = 0; line < 2000; line += 1) log.say('info', long);
  expect(said).toHaveLength(logLimits.linesAtOnce);
  expect(said[0]).toMatch(/^x{2000}… \(98000 characters left out\)$/);
  time = 500;
  log.say('info', 'still here');
  expect(said.slice(-2)).toEqual(['1900 lines of the log left out here.', 'still here']);
  for (time = 1000; said.length < logLimits.linesInAll + 1; time += 1000) log.say('info', 'more');
  log.say('info', 'too much');
  log.end();
  expect(said.at(-1)).toBe('1 line of the log left out here.');
  log.end();
  expect(said).toHaveLength(logLimits.linesInAll + 2);
});
