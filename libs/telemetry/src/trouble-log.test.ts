import { RondelError } from '@rondel/contracts';
import { expect, it } from 'vitest';
import { createLogger } from './logger.js';
import { openTroubleLog } from './trouble-log.js';

it('O15: says the same trouble once in a while, other trouble at once, and what has a code without a stack', async () => {
  const said: unknown[][] = [];
  const logger = Object.assign(createLogger('test', 'silent'), { warn: (...line: unknown[]) => said.push(line) });
  const tell = openTroubleLog(logger, 50);
  const away = new RondelError('SERVICE_UNAVAILABLE', 'Redis does not answer.');
  const strange = new Error('strange');
  for (const error of [away, strange, away, strange]) tell(error);
  expect(said).toEqual([
    [{ code: 'SERVICE_UNAVAILABLE' }, 'Redis does not answer.'],
    [{ err: strange }, 'strange'],
  ]);
  await expect
    .poll(() => {
      tell(away);
      return said.length;
    })
    .toBe(3);
});
