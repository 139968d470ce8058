import { JobIdSchema } from '@rondel/contracts';
import { Check } from '@rondel/contracts/schema';
import { describe, expect, it } from 'vitest';
import { openJobIds } from './job-ids.js';

describe('ids of new jobs', () => {
  it('are all different, however many are made in one millisecond', () => {
    const newJobId = openJobIds();
    const ids = Array.from({ length: 1000 }, () => newJobId('gpu'));
    expect(ids.every((id) => Check(JobIdSchema, id))).toBe(true);
    // Without the ten characters of the time.
    expect(new Set(ids.map((id) => id.slice(10))).size).toBe(1000);
  });
});
