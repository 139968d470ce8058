import { describe, expect, it } from 'vitest';
import { valueFromTree } from '../text/tree-reader.js';
import { transformValue } from './transform.js';

describe('a value told in short', () => {
  it.each<[string, unknown, number, number[]]>([
    ['a list', [1, 2, 3], 3, [3]],
    [
      'a matrix',
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      2,
      [2, 3],
    ],
    ['rows of unequal length', [[1], [2, 3]], 2, [2]],
    ['a word', 'größe', 5, []],
    ['a number', 5, 1, []],
    ['a node', { _type: 'T', a: 1, b: 2 }, 2, []],
    ['a table', { a: 1 }, 1, []],
  ])('%s has a length and a shape', (_what, tree, length, shape) => {
    const value = valueFromTree(tree);
    expect([transformValue(value, 'length'), transformValue(value, 'shape')]).toEqual([length, shape]);
  });

  it('has a hash that tells 1 from 1.0', () => {
    // printf '[1.5, 2.0]' | sha256sum
    expect(transformValue([1.5, 2], 'hash')).toBe('9bc67a7a71456cd752c647f037357f95953bbf218977f11d82d82466bf11b9bc');
    expect(transformValue(1n, 'hash')).not.toBe(transformValue(1, 'hash'));
  });
});
