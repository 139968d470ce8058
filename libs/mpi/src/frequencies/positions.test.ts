import { describe, expect, it } from 'vitest';
import { listedPositions } from './positions.js';

describe('positions', () => {
  it.each([
    [
      [3, 1],
      [3, 1],
    ],
    ['2:5', [2, 3, 4, 5]],
    ['1:3:8', [1, 4, 7]],
    ['3:2', []],
    [{ start: 2, stop: 4 }, [2, 3, 4]],
    [{ start: 1, stop: 5, step: 2 }, [1, 3, 5]],
  ])('%j are %j', (given, expected) => {
    expect(listedPositions(given)).toEqual(expected);
  });

  it('are bounded', () => {
    expect(() => listedPositions('1:999999999')).toThrow(/may have 1000000, got 999999999 from 1 to 999999999/);
  });
});
