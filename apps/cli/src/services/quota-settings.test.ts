import { expect, it } from 'vitest';
import { applied, quotaSettings, quotasFrom } from './quota-settings.js';

it('reads quotas with their units, of a project and of each submitter', () => {
  expect(quotasFrom('waiting=100, storedBytes=2TiB submitter.secondsPerDay=36h')).toEqual({
    waiting: 100,
    storedBytes: 2 * 2 ** 40,
    submitter: { secondsPerDay: 36 * 3600 },
  });
  expect(quotasFrom('')).toEqual({});
});

it('leaves what is not named, and takes back what shall be none', () => {
  const before = { waiting: 1, running: 2, submitter: { plans: 3 } };
  const settings = ['running=none', 'submitter.plans=none', 'uploads=4'].reduce<ReturnType<typeof quotaSettings>>(
    (all, text) => quotaSettings(text, all),
    [],
  );
  expect(applied(before, settings)).toEqual({ waiting: 1, uploads: 4 });
});

it.each(['jobs=1', 'waiting', 'waiting=-1', 'waiting=1.5', 'submitter.storedBytes=1', 'storedBytes=2 parsec'])(
  'refuses %s',
  (text) => {
    expect(() => quotaSettings(text)).toThrow(/must be/);
  },
);
