import { isRondelError } from '@rondel/contracts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseAssignment } from './assignment.js';

describe('parseAssignment', () => {
  it.each<[string, string, unknown]>([
    ['a=5', 'a', 5],
    ['a = 1.0', 'a', 1],
    ['a=true', 'a', true],
    ['a=[1, 2]', 'a', [1, 2]],
    ['a={ b = 1 }', 'a', { b: 1 }],
    ['a="5"', 'a', '5'],
    ["a='x'", 'a', 'x'],
    ['a=ramp', 'a', 'ramp'],
    ['a=CGNR FISTA', 'a', 'CGNR FISTA'],
    ['a=', 'a', ''],
    ['a=b=c', 'a', 'b=c'],
    ['a=2020-01-01', 'a', '2020-01-01'],
    ['a=inf', 'a', { _type: 'Float64', _value: 'inf' }],
    ['a=9007199254740993', 'a', { _type: 'Int64', _value: '9007199254740993' }],
    ['a={ _type = "Type", _value = "CGNR" }', 'a', { _type: 'Type', _value: 'CGNR' }],
    ['parameter.reco.reg[1].λ=0.5', 'parameter.reco.reg[1].λ', 0.5],
    ['"a=b"=1', '"a=b"', 1],
    ['a=5\nb=6', 'a', '5\nb=6'],
    ['a={ __proto__ = 1 }', 'a', '{ __proto__ = 1 }'],
  ])('reads %j', (text, name, value) => {
    expect(parseAssignment(text)).toEqual({ name, value });
  });

  it.each(['', 'a', '=5', ' = 5', 'a..b=5', 'a[0]=5', `a=${'x'.repeat(8_388_609)}`])('refuses %.20j', (text) => {
    expect(() => parseAssignment(text)).toThrow(expect.toSatisfy(isRondelError));
  });

  it('throws nothing but RondelError', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          parseAssignment(text);
        } catch (error) {
          expect(isRondelError(error)).toBe(true);
        }
      }),
    );
  });
});
