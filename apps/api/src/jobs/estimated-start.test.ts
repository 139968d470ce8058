import { describe, expect, it } from 'vitest';
import { secondsLeft, secondsToStart, type Outlook } from './estimated-start.js';

const outlook: Outlook = { slots: [undefined, undefined], meanSeconds: 10, before: 0, arrivals: 0 };
const start = (more: Partial<Outlook>) => secondsToStart({ ...outlook, ...more });

describe('when a job starts', () => {
  it('O13: is when slots have become free for all before it', () => {
    expect(start({ slots: [0, undefined] })).toBe(0);
    expect([0, 1, 2, 3].map((before) => start({ before }))).toEqual(
      [5, 10, 15, 20].map((seconds) => expect.closeTo(seconds, 3) as number),
    );
  });

  it('O13: waits for what runs as long as that takes', () => {
    expect(start({ slots: [3600], meanSeconds: 2 })).toBeCloseTo(3600, 2);
    expect(start({ slots: [3600, 1], meanSeconds: 2, before: 4 })).toBeCloseTo(9, 2);
    expect([secondsLeft(3, 10), secondsLeft(-5, 10), secondsLeft(100, 10)]).toEqual([7, 10, 100]);
  });

  it('O13: is later by what comes in front of it meanwhile', () => {
    // A fifth comes every second, a tenth of which is what two slots do beyond that.
    const late = start({ before: 10, arrivals: 0.1 });
    expect(late).toBeGreaterThan(90);
    expect(late).toBeLessThan(125);
  });

  it('O13: is not told where more comes than goes, and by their share where workers give way', () => {
    expect(start({ before: 1, arrivals: 0.2 })).toBeUndefined();
    expect(start({ before: 1, arrivals: 5 })).toBeUndefined();
    const share = { every: 8, lanes: 1, before: 0 };
    expect(start({ before: 1, arrivals: 5, share })).toBeCloseTo(40, 2);
    expect(start({ before: 1, arrivals: 5, share: { ...share, lanes: 2 } })).toBeCloseTo(80, 2);
    expect(start({ before: 1, share })).toBeCloseTo(10, 2);
  });

  it('O13: is later by new ones in its lane as long as those can come before it', () => {
    expect(start({ before: 1, passing: { arrivals: 0.4, untilTurns: 20 } })).toBeCloseTo(210, 0);
  });

  it('O13: is not told without a slot', () => {
    expect(start({ slots: [] })).toBeUndefined();
  });
});
