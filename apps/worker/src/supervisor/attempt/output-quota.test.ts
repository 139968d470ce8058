import { failure, isRondelError } from '@rondel/contracts';
import { requireImageSize } from '@rondel/reco';
import { expect, it } from 'vitest';
import { namingQuota } from './output-quota.js';

/** What an executor says of an image of 80 bytes where 40 are allowed. */
function tooLarge() {
  try {
    requireImageSize({ shape: [4, 5], bytes: 80 }, 40);
  } catch (error) {
    if (isRondelError(error)) return error.failure;
  }
  throw new Error('It was not refused.');
}

it('names the quota of the project where an image is larger, and only then', () => {
  const large = { kind: 'failed', failure: tooLarge() } as const;
  expect(namingQuota(large, { outputQuota: true })).toMatchObject({
    failure: {
      message: expect.stringMatching(
        /would take 80 .* It is the project's quota outputBytes: rondel quota\.$/,
      ) as string,
      details: { quota: 'outputBytes', of: 'project', limit: 40, bytes: 80 },
    },
  });
  expect(namingQuota(large, {})).toBe(large);
  const full = {
    kind: 'failed',
    failure: failure('QUOTA_EXCEEDED', 'The disk is full.', { retryable: true }),
  } as const;
  expect(namingQuota(full, { outputQuota: true })).toEqual(full);
});
