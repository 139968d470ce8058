import { expect, test } from 'vitest';
import { readTrialLine } from './trial-line.js';

test.each([
  ['centerOfRotation=295.5', { kind: 'set', values: { centerOfRotation: 295.5 } }],
  ['  filter=hann  circle=false ', { kind: 'set', values: { filter: 'hann', circle: false } }],
  ['centerOfRotation=[290, 300.5] x="a b"', { kind: 'set', values: { centerOfRotation: [290, 300.5], x: 'a b' } }],
  ['rings={ method = "all", snr = 3.0 }', { kind: 'set', values: { rings: { method: 'all', snr: 3 } } }],
  ['unset filter circle', { kind: 'unset', names: ['filter', 'circle'] }],
  ['slice 1024', { kind: 'slice', slice: 1024 }],
  ['', { kind: 'again' }],
  ['show', { kind: 'show' }],
  ['?', { kind: 'help' }],
  ['quit', { kind: 'end' }],
])('%j', (line, meant) => {
  expect(readTrialLine(line)).toEqual(meant);
});

test.each(['filter hann', 'slice', 'slice -1', 'unset', 'toString', 'filter=hann end'])('refuses %j', (line) => {
  expect(() => readTrialLine(line)).toThrow('is no name=value');
});

test('says how a property is taken back that is given nothing', () => {
  expect(() => readTrialLine('filter=hann centerOfRotation=')).toThrow('Type "unset centerOfRotation"');
});
