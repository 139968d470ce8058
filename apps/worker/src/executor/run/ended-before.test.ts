import { expect, it } from 'vitest';
import { requireNotEnded } from './ended-before.js';

const at = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
const ended = (made: number, second: number) => ({ record: { job: { attempts: { made }, finishedAt: at(second) } } });
const continues = { attempts: 2, finishedAt: at(5) };

it.each([
  ['has no record', undefined, undefined, true],
  ['has ended', ended(1, 1), undefined, false],
  ['was erased', { erased: true } as const, continues, false],
  ['has a record that nobody can read', { record: { job: 5 } }, continues, false],
  ['has ended as the run before', ended(2, 5), continues, true],
  ['has only the record of an earlier run', ended(1, 4), continues, true],
  ['was cancelled before it began again', ended(2, 6), continues, false],
  ['has ended after its run began', ended(3, 7), continues, false],
])('a job that %s', (_, found, follows, mayRun) => {
  const run = () => requireNotEnded('J', found, follows);
  if (mayRun) expect(run).not.toThrow();
  else expect(run).toThrow(expect.objectContaining({ code: 'WARRANT_REFUSED' }));
});
