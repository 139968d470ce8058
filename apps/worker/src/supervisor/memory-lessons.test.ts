import { expect, it } from 'vitest';
import { openMemoryLessons } from './memory-lessons.js';

it('counts a step that ran out of memory for so much that half of it is the most that fits', () => {
  const lessons = openMemoryLessons();
  lessons.learn({ type: 'A', estimatedBytes: 100 }, 1000);
  expect(lessons.factors()).toEqual({ A: 20 });
});

it('halves again when the half does not fit either', () => {
  const lessons = openMemoryLessons();
  lessons.learn({ type: 'A', estimatedBytes: 900 }, 1000);
  const first = lessons.factors().A ?? 0;
  lessons.learn({ type: 'A', estimatedBytes: 450 }, 1000);
  expect((lessons.factors().A ?? 0) / first).toBeGreaterThanOrEqual(2);
});

it('forgets after an hour, and learns nothing from a step without an estimate', () => {
  let now = 0;
  const lessons = openMemoryLessons(() => now);
  lessons.learn({ type: 'A', estimatedBytes: 100 }, 1000);
  lessons.learn({ type: 'B' }, 1000);
  lessons.learn({ type: 'C', estimatedBytes: 0 }, 1000);
  now = 3_600_000;
  expect(Object.keys(lessons.factors())).toEqual(['A']);
  now += 1;
  expect(lessons.factors()).toEqual({});
});
