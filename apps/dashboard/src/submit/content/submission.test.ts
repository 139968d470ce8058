import { failure } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import type { FieldGroup } from '../../fields/plan-fields.js';
import { placeProblems, prepareSubmission } from './submission.js';
import { emptyJob, type JobFields } from './job-fields.js';

const job: JobFields = { ...emptyJob, plan: 'radon/fbp', data: 'artifact:x' };
const property = { name: 'centerOfRotation', description: '', optional: true };
const path = 'parameter.pre.centerOfRotation';
const groups: FieldGroup[] = [
  {
    path: 'parameter.pre',
    node: { module: 'm', type: 't', package: 'p', kind: 'step', description: '', properties: [] },
    fields: [{ path, property, kind: { kind: 'number', integer: false, range: '' }, initial: '296', within: [] }],
  },
];

const form = { source: { name: 'radon/fbp' }, groups };

describe('a submission', () => {
  it('has only the parameters that were changed', () => {
    expect(prepareSubmission(job, form, { [path]: '296' }).submission).not.toHaveProperty('parameters');
    expect(prepareSubmission(job, form, { [path]: '' }).submission).not.toHaveProperty('parameters');
    const changed = prepareSubmission(job, form, { [path]: '300.5' });
    expect(changed.submission).toEqual({
      plan: { name: 'radon/fbp' },
      data: 'artifact:x',
      pool: 'default',
      parameters: { [path]: 300.5 },
    });
    expect(changed.problems).toEqual({});
  });

  it('carries labels, priority and split', () => {
    const { submission } = prepareSubmission(
      { ...job, labels: 'a=1, b = x y', priority: '5', split: 'slice' },
      form,
      {},
    );
    expect(submission).toMatchObject({ labels: { a: '1', b: 'x y' }, priority: 5, split: 'slice' });
  });

  it('is held back with a reason at each field that cannot be read', () => {
    const { problems } = prepareSubmission({ ...job, data: ' ', labels: 'tooth' }, form, { [path]: 'middle' });
    expect(Object.keys(problems).sort()).toEqual(['data', 'labels', path]);
    expect(Object.keys(prepareSubmission(job, { groups: [] }, {}).problems)).toEqual(['plan']);
  });
});

describe('D8: what is wrong', () => {
  it('is said of all fields at once, as it was typed', () => {
    const arrays = [
      { name: '1st', reference: 'artifact:y' },
      { name: 'dark', reference: '' },
      { name: 'dark', reference: 'artifact:z' },
    ];
    const wrong = { arrays, priority: 'soon', attempts: '0', timeoutSeconds: '-1', split: 'rows', labels: 'tooth' };
    const { problems } = prepareSubmission({ ...job, ...wrong }, form, { [path]: 'middle' });
    expect(Object.keys(problems).sort()).toEqual(
      ['array-0', 'array-1', 'array-2', 'attempts', 'labels', path, 'priority', 'split', 'timeoutSeconds'].sort(),
    );
  });

  it('of a value of a sweep is shown at the row of the sweep, of an array at the array', () => {
    const problems = [
      failure('PLAN_INVALID_VALUE', 'too large', { at: path }),
      failure('DATA_NOT_FOUND', 'no dark', { at: 'data.dark' }),
      failure('DATA_NOT_FOUND', 'no data', { at: 'data.data' }),
    ];
    const arrays = [{ name: 'dark', reference: 'artifact:y' }];
    expect(placeProblems(problems, { groups, arrays, varied: ['other', path] }).placed).toEqual({
      'vary-1': 'too large',
      'array-0': 'no dark',
      data: 'no data',
    });
  });
});

describe('a problem of the API', () => {
  it('is shown at the field it names', () => {
    const { placed, others } = placeProblems(
      [
        failure('PLAN_INVALID_VALUE', 'too large', { at: path }),
        failure('DATA_NOT_FOUND', 'no data'),
        failure('POOL_UNKNOWN', 'no pool'),
        failure('PLAN_MISSING_PROPERTY', 'elsewhere', { at: 'parameter.reco' }),
      ],
      { groups },
    );
    expect(placed).toEqual({ [path]: 'too large', data: 'no data', pool: 'no pool' });
    expect(others.map(({ message }) => message)).toEqual(['elsewhere']);
    const item = failure('DATA_NOT_FOUND', 'no file', { at: `${path}[2]` });
    expect(placeProblems([item], { groups }).placed).toEqual({ [path]: 'no file' });
  });
});
