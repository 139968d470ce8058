import { expect, it } from 'vitest';
import { addWarnings, joinWarnings, settledWarnings, withWarnings } from './carried-warning.js';
import { Check } from '../schema.js';
import { maxWarnings, WarningsSchema } from './warning.js';

const dark = { code: 'DARK_MISSING', message: 'No dark fields.' } as const;
const clipped = (count: number, of: number) => {
  return { code: 'TRANSMISSION_CLIPPED', message: '{count} of {of}', amount: { count, of, above: 0.01 } } as const;
};

it('has each warning once, by all that it says', () => {
  const elsewhere = { ...dark, step: 'parameter.pre' };
  expect(joinWarnings([dark, elsewhere], undefined, [dark])).toEqual([dark, elsewhere]);
  expect(withWarnings({ warnings: [dark] }, [elsewhere])).toEqual({ warnings: [dark, elsewhere] });
  expect(withWarnings({})).toEqual({});
});

it('adds amounts of parts of a whole, and of those alone', () => {
  expect(addWarnings([clipped(1, 50)], [dark, clipped(2, 50)])).toEqual([clipped(3, 100), dark]);
  expect(joinWarnings([clipped(1, 50)], [clipped(1, 50)])).toEqual([clipped(1, 50)]);
});

it('tells numbers above the share that matters, and no others', () => {
  expect(settledWarnings([dark, clipped(1, 100), clipped(0, 0)])).toEqual([dark]);
  expect(settledWarnings([clipped(2, 100)])).toEqual([{ code: 'TRANSMISSION_CLIPPED', message: '2 of 100' }]);
  const any = { code: 'DETECTOR_REPAIRED', message: '{count} bins' } as const;
  expect(settledWarnings([{ ...any, amount: { count: 0 } }])).toEqual([]);
  expect(settledWarnings([{ ...any, amount: { count: 1 } }])).toEqual([{ ...any, message: '1 bins' }]);
});

it('tells the mean of a quantity over all that was counted', () => {
  const axis = (count: number, sum: number) =>
    ({ code: 'AXIS_UNCERTAIN', message: 'at {mean} in {count}', amount: { count, sum } }) as const;
  const whole = addWarnings([axis(1, 60)], [axis(0, 0)], [axis(2, 126)]);
  expect(settledWarnings(whole)).toEqual([{ code: 'AXIS_UNCERTAIN', message: 'at 62.00 in 3' }]);
});

it('fits the schema of records however long and many they are, also with their numbers', () => {
  const many = Array.from({ length: 50 }, (_, index) => ({
    ...dark,
    message: `${index} {count} ${'x'.repeat(2000)}`,
    path: 'p'.repeat(1000),
    amount: { count: 123456789 },
  }));
  const settled = settledWarnings(joinWarnings(many));
  expect(settled).toHaveLength(maxWarnings);
  expect(Check(WarningsSchema, settled)).toBe(true);
});
