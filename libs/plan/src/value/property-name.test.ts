import { expect, it } from 'vitest';
import { canonicalName } from './property-name.js';

it.each([
  ['λ', 'lambda'],
  ['startλ', 'startlambda'],
  ['Γ', 'Gamma'],
  ['reg_low', 'reg_low'],
])('%s is the same name as %s', (written, spelled) => {
  expect(canonicalName(written)).toBe(canonicalName(spelled));
});
