import { expect, it } from 'vitest';
import { limitsOf } from './api-limits.js';

it('H5: plan sessions are limited by number and bytes, by option or environment', () => {
  expect(limitsOf({ maxSessions: 5 }, { RONDEL_MAX_SESSIONS: '7' })).toMatchObject({ sessions: 5 });
  const set = { RONDEL_MAX_SESSIONS: '7', RONDEL_MAX_SESSION_BYTES: '1MiB' };
  expect(limitsOf({}, set)).toMatchObject({ sessions: 7, sessionBytes: 2 ** 20 });
  expect(limitsOf({}, {})).not.toHaveProperty('sessions');
  expect(() => limitsOf({}, { RONDEL_MAX_SESSIONS: 'many' })).toThrow('RONDEL_MAX_SESSIONS');
});
