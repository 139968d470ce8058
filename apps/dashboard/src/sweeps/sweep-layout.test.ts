import type { SweepItem } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { captionOf, layoutOf, pageLength, shortNames, valueWords } from './sweep-layout.js';

const filters = { path: 'parameter.reco.filter', values: ['ramp', 'hann', 'cosine'] };
const centers = { path: 'centerOfRotation', values: [30, 32.123456789] };

function items(...assignments: Record<string, unknown>[]): SweepItem[] {
  return assignments.map((one, index) => ({
    index,
    assignments: one,
    job: '',
    state: 'queued',
    fraction: 0,
    links: {},
  }));
}

describe('the layout of a sweep', () => {
  it('has the values of the first property as columns and the others as rows', () => {
    const sweep = { vary: [filters, centers], combine: 'product' as const };
    const all = centers.values.flatMap((centerOfRotation) =>
      filters.values.map((filter) => ({ [filters.path]: filter, centerOfRotation })),
    );
    const { columns, rows } = layoutOf(sweep, items(...all));
    expect(columns).toEqual({ name: 'filter', values: filters.values });
    expect(rows.map(({ label, items: some }) => [label, some.map(({ index }) => index)])).toEqual([
      ['centerOfRotation = 30', [0, 1, 2]],
      ['centerOfRotation = 32.1235', [3, 4, 5]],
    ]);
    expect(pageLength(sweep)).toBe(99);
  });

  it('lets combinations stand one after the other where they have no rows', () => {
    const zip = { vary: [filters, { path: 'x', values: [1, 2, 3] }], combine: 'zip' as const };
    const all = items({ [filters.path]: 'ramp', x: 1 }, { [filters.path]: 'hann', x: 2 });
    expect(layoutOf(zip, all)).toEqual({ rows: [{ label: '', items: all }] });
    expect(captionOf(zip, all[1])).toBe('filter = hann, x = 2');
    const many = { path: 'x', values: Array.from({ length: 40 }, (_, index) => index) };
    expect(layoutOf({ vary: [many, filters], combine: 'product' }, all).columns).toBeUndefined();
    expect(pageLength({ vary: [many, filters], combine: 'product' })).toBe(100);
  });

  it('keeps the whole path of properties whose last parts are alike', () => {
    const names = shortNames({ vary: [filters, { path: 'parameter.pre.filter', values: [1] }, centers] });
    expect([...names.values()]).toEqual(['parameter.reco.filter', 'parameter.pre.filter', 'centerOfRotation']);
  });

  it('cuts long values', () => {
    expect(valueWords(Array.from({ length: 100 }, () => 1))).toMatch(/^\[1,1.*…$/);
  });
});
