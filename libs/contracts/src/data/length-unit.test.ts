import { expect, test } from 'vitest';
import { lengthUnit, millimetresOf } from './length-unit.js';

test.each([
  ['mm', 'mm'],
  [' Millimetre', 'mm'],
  ['µm', 'um'],
  ['μm', 'um'],
  ['microns', 'um'],
  ['CM', 'cm'],
  ['Å', 'angstrom'],
])('%s is %s', (text, unit) => {
  expect(lengthUnit(text)).toBe(unit);
});

test.each(['1', '', 's', 'constructor', 'toString'])('%j is no unit of length', (text) => {
  expect(lengthUnit(text)).toBeUndefined();
});

test('each is known by its own name', () => {
  for (const unit of Object.keys(millimetresOf)) expect(lengthUnit(unit)).toBe(unit);
});
