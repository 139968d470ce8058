import { expect, it } from 'vitest';
import { guarded, whyNotServing } from './connection.js';

it('knows a server that cannot serve now by what it says, in a script too, of Redis 6 and 7', () => {
  expect(whyNotServing("READONLY You can't write against a read only replica. script: 1dcc, on @user_script:4.")).toBe(
    'READONLY',
  );
  expect(
    whyNotServing(
      'ERR Error running script (call to f_1dcc): @user_script:4: @user_script: 4: -OOM command not allowed',
    ),
  ).toBe('OOM');
  expect(whyNotServing('WRONGTYPE Operation against a key holding the wrong kind of value')).toBeUndefined();
});

it.each([
  ['MISCONF Redis is configured to save RDB snapshots, but it is currently unable to persist on disk.', /MISCONF/],
  ["OOM command not allowed when used memory > 'maxmemory'. script: 1dcc, on @user_script:4.", /no memory left/],
  ["Socket timeout. Expecting data, but didn't receive any in 6000ms.", /does not answer/],
])('%s is worth another try', async (message, said) => {
  const failure = { code: 'SERVICE_UNAVAILABLE', retryable: true, message: expect.stringMatching(said) as string };
  await expect(guarded(Promise.reject(new Error(message)))).rejects.toMatchObject({ failure });
});

it('passes on what trying again does not change', async () => {
  const error = new Error('WRONGTYPE Operation against a key holding the wrong kind of value');
  await expect(guarded(Promise.reject(error))).rejects.toBe(error);
});
