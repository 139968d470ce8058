import { describe, expect, it } from 'vitest';
import { prepareSweep, type VaryFields } from './vary.js';

const prepared = { submission: { plan: { name: 'radon/fbp' }, data: 'artifact:x' }, problems: {} };
const filter = { path: 'parameter.reco.filter', text: 'ramp, hann' };
const center = { path: 'parameter.pre.centerOfRotation', text: '30:2:34' };

function sweep(combine: VaryFields['combine'], ...rows: VaryFields['rows']) {
  return prepareSweep(prepared, { rows, combine });
}

describe('a sweep of the form', () => {
  it('has the submission of one job and what is varied', () => {
    const { submission, count, problems } = sweep('product', filter, center);
    expect(submission).toEqual({
      ...prepared.submission,
      vary: [
        { path: filter.path, values: ['ramp', 'hann'] },
        { path: center.path, values: [30, 32, 34] },
      ],
      combine: 'product',
    });
    expect([count, problems]).toEqual([6, {}]);
  });

  it('says what is wrong at the row that it concerns', () => {
    expect(sweep('product', filter, { ...center, text: '' }).problems).toEqual({
      'vary-1': expect.stringContaining('10:10:50') as string,
    });
    expect(sweep('product', filter, filter).problems).toEqual({ 'vary-1': `${filter.path} is varied twice.` });
    expect(sweep('product', { ...center, text: '1:1:5000' }, { ...filter, text: 'a,b,c' }).problems).toEqual({
      'vary-0': expect.stringContaining('15000 jobs') as string,
    });
  });

  it('needs as many values of each property side by side', () => {
    expect(sweep('zip', filter, center)).toMatchObject({
      count: undefined,
      problems: { 'vary-0': expect.stringContaining('same number') as string },
    });
    expect(sweep('zip', filter, { ...center, text: '30, 32' })).toMatchObject({ count: 2, problems: {} });
  });
});
