import { isRondelError } from '@rondel/contracts';
import { expect, test } from 'vitest';
import { parseSweepRange } from './sweep-range.js';

test.each<[string, unknown[]]>([
  ['iterations=5,10,20', [5, 10, 20]],
  ['filter=ramp, hann', ['ramp', 'hann']],
  ['filter="a,b",c', ['a,b', 'c']],
  [
    'angles=[0, 1],[0, 2]',
    [
      [0, 1],
      [0, 2],
    ],
  ],
  ['flag=true,false', [true, false]],
  ['reg={_type = "X", lambda = 1},{_type = "Y"}', [{ _type: 'X', lambda: 1 }, { _type: 'Y' }]],
  ['iterations=7', [7]],
  ['iterations=1:4', [1, 2, 3, 4]],
  ['iterations=10:-5:0', [10, 5, 0]],
  ['lambda=0.1:0.1:0.3', [0.1, 0.2, 0.3]],
  ['lambda=0:0.25:0.6', [0, 0.25, 0.5]],
  ['lambda=1e-2:1e-2:3e-2', [0.01, 0.02, 0.03]],
  ['name=a:b', ['a:b']],
])('%s', (text, values) => {
  expect(parseSweepRange(text)).toEqual({ path: text.slice(0, text.indexOf('=')), values });
});

test.each([
  ['iterations', 'PLAN_SYNTAX'],
  ['iterations=1,,2', 'INVALID_REQUEST'],
  ['iterations=', 'INVALID_REQUEST'],
  ['iterations=1:0:5', 'INVALID_REQUEST'],
  ['iterations=5:1', 'INVALID_REQUEST'],
  ['iterations=1:1e-9:5', 'INVALID_REQUEST'],
])('%s is refused', (text, code) => {
  let refused: unknown;
  try {
    parseSweepRange(text);
  } catch (error) {
    refused = error;
  }
  expect(isRondelError(refused) && refused.code).toBe(code);
});
