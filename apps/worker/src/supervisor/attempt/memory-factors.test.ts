import { expect, it } from 'vitest';
import { openMemoryFactors, usedOfDevice } from './memory-factors.js';

it('O1: learns of a step that ran out of memory no more than what it took', () => {
  const learnt = openMemoryFactors();
  learnt.learn({ type: 'A', estimatedBytes: 100 }, 700);
  expect(learnt.factors()).toEqual({ A: 7 });
  learnt.learn({ type: 'A', estimatedBytes: 100 }, 300);
  expect(learnt.factors()).toEqual({ A: 7 });
});

it('O1: learns nothing of a step that took what it had estimated, or of which nobody knows', () => {
  const learnt = openMemoryFactors();
  learnt.learn({ type: 'A', estimatedBytes: 100 }, 90);
  learnt.learn({ type: 'A', estimatedBytes: 100 }, undefined);
  expect(learnt.factors()).toEqual({});
});

it('O1: holds a step that is small for its device not to have filled it', () => {
  expect(usedOfDevice(128, 24e9)).toBeUndefined();
  expect(usedOfDevice(20e9, 24e9)).toBe(48e9);
});

it('forgets after an hour, and learns nothing from a step without an estimate', () => {
  let now = 0;
  const learnt = openMemoryFactors(() => now);
  learnt.learn({ type: 'A', estimatedBytes: 100 }, 1000);
  learnt.learn({ type: 'B' }, 1000);
  learnt.learn({ type: 'C', estimatedBytes: 0 }, 1000);
  now = 3_600_000;
  expect(Object.keys(learnt.factors())).toEqual(['A']);
  now += 1;
  expect(learnt.factors()).toEqual({});
});
