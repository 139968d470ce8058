import { describe, expect, it } from 'vitest';
import { subjobPlace, subjobQueue } from '../places/subjob-queue.js';
import { idPattern, marked, markIn, markOf, reachedFrom, reachOf, reachOfStages } from './reach.js';

const id = '01KB8Z5R1M7Y2C9F0XW4HABCDE';

describe('whose workers may open a job', () => {
  it.each([
    [['gpu'], 'gpu'],
    [['gpu', 'gpu'], 'gpu'],
    [['gpu', 'cpu'], '@any'],
    [[subjobPlace.worker('box-1')], '@any'],
    [['gpu', subjobPlace.anywhere], '@any'],
    [[], '@any'],
  ])('of places %j are those of %s', (places, reach) => {
    expect(reachOf(places)).toBe(reach);
  });

  it('does not depend on what a stage requires', () => {
    const stage = { steps: [], ...subjobQueue('gpu', { engine: 'webgpu' }) };
    expect(reachOfStages([stage, { steps: [], queue: 'gpu' }])).toBe('gpu');
  });

  it('is told by five characters of its id, which rules for users of Redis name', () => {
    const own = marked(id, markOf('gpu'));
    expect(markIn(own)).toBe(markOf('gpu'));
    expect(own.length).toBe(id.length);
    expect([own.slice(0, 10), own.slice(15)]).toEqual([id.slice(0, 10), id.slice(15)]);
    expect(idPattern('gpu')).toBe(`??????????${markOf('gpu')}???????????`);
    // Fixed for ever: rules and ids of other versions have the same.
    expect([markOf('gpu'), markOf('@any')]).toEqual(['RC403', 'P5FVN']);
  });

  it('is the workers of its pool, or all', () => {
    const isReached = reachedFrom(['gpu', 'night']);
    const seen = ['gpu', 'night', '@any', 'cpu'].map((reach) => isReached(marked(id, markOf(reach))));
    expect(seen).toEqual([true, true, true, false]);
  });
});
