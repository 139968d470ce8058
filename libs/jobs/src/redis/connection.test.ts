import { expect, it } from 'vitest';
import { guarded } from './connection.js';

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
