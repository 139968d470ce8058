import { describe, expect, it } from 'vitest';
import { ageText, bytesText, durationText, percentText, valueText } from './quantity.js';

describe('quantities', () => {
  it.each([
    [0.123, '0.12 s'],
    [3.14, '3.1 s'],
    [59.9, '59 s'],
    [60, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [400_000, '4 d'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1_043_312, '1019 KiB'],
    [3 * 2 ** 30, '3.0 GiB'],
  ])('%d bytes are %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [0, '0'],
    [0.012345, '0.01235'],
    [1.5e-7, '1.500e-7'],
    [-123456, '-1.235e+5'],
  ])('the value %d is written %s', (value, text) => {
    expect(valueText(value)).toBe(text);
  });

  it('a clock that runs ahead makes nothing negative', () => {
    const time = '2026-01-01T00:00:10Z';
    expect([ageText(time, Date.parse(time) - 5000), ageText(time, Date.parse(time) + 65_000)]).toEqual([
      'now',
      '1 min 5 s',
    ]);
  });

  it('what is not done is not 100 %', () => {
    expect(percentText(0.999)).toBe('99 %');
  });
});
