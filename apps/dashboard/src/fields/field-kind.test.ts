import { describe, expect, it } from 'vitest';
import { fieldKind, readField } from './field-kind.js';

const property = (facts: object) => ({ name: 'p', description: '', optional: true, ...facts });

describe('the field of a property', () => {
  it.each([
    ['an enumeration', { schema: { enum: ['ramp', 'hann'] } }, { kind: 'choice', choices: ['ramp', 'hann'] }],
    ['the name of a type', { accepts: ['CGNR'], typeReference: true }, { kind: 'choice', choices: ['CGNR'] }],
    ['nodes', { accepts: ['L2Regularization'], list: true }, undefined],
    ['a truth value', { schema: { type: 'boolean' } }, { kind: 'flag' }],
    [
      'a bounded number',
      { schema: { type: 'number', exclusiveMinimum: 0, maximum: 1 } },
      { kind: 'number', integer: false, range: '> 0, ≤ 1' },
    ],
    ['a list', { schema: { type: 'array' } }, { kind: 'list' }],
    [
      'a number or several',
      { schema: { anyOf: [{ type: 'number', minimum: 0 }, { type: 'array' }] } },
      { kind: 'number', integer: false, range: '≥ 0', orList: true },
    ],
  ])('of %s', (_, facts, expected) => {
    expect(fieldKind(property(facts))).toEqual(expected);
  });
});

describe('what is typed', () => {
  const number = { kind: 'number', integer: false, range: '' } as const;
  it.each([
    [number, '296', { value: 296 }],
    [number, '1e-3', { value: 0.001 }],
    [{ ...number, orList: true } as const, '[1, 2]', { value: [1, 2] }],
    [number, '', { problem: '"" is not a number.' }],
    [number, '1,5', { problem: '"1,5" is not a number.' }],
    [{ ...number, integer: true }, '1.5', { problem: '"1.5" is not a whole number.' }],
    [{ kind: 'flag' } as const, 'false', { value: false }],
    [{ kind: 'list' } as const, '[1, 2]', { value: [1, 2] }],
    [{ kind: 'list' } as const, '1 2', { problem: 'Write a list like [1, 2, 3].' }],
  ])('as %j: %s', (kind, text, expected) => {
    expect(readField(kind, text)).toEqual(expected);
  });
});
