import { expect, it } from 'vitest';
import { withoutLabel, withoutNames, withoutPath, withoutPaths, withoutPathsIn, withoutValue } from './hidden-names.js';

it('D5: hides the names of people in references and in what is said of a job, nothing else', () => {
  const data = 'root://scans/Doe_Jane/knee.h5#/exchange/data';
  expect(withoutPath(data)).toBe('root://scans/•••');
  expect(withoutPath('artifact:sha256-12')).toBe('artifact:sha256-12');
  const remote = 'angles = { _remote = "npy", uri = "root://scans/Jane Doe/theta.npy", unit = "deg" }';
  expect(withoutPaths(remote)).toBe('angles = { _remote = "npy", uri = "root://scans/•••", unit = "deg" }');
  const job = { data, title: 'Knee of Jane', labels: { patient: 'Doe, Jane' }, dataNames: { data: 'knee.h5' } };
  const said = 'Doe_Jane/knee.h5 of "Knee of Jane" (Doe, Jane): knee.h5 has no /exchange/theta in root scans.';
  expect(withoutNames(said, job)).toBe('••• of "•••" (•••): ••• has no /exchange/theta in root scans.');
  expect(withoutNames('It has 3 axes.', { data: { data: 'root://a/b', dark: 'job:1' } })).toBe('It has 3 axes.');
});

it('D5: hides the value of every label, of the one of a sweep too, but no id of our own', () => {
  const id = '01JD0000000000000000000000';
  expect([withoutLabel(id), withoutLabel('Doe'), withoutLabel('DOE00000000000000000000000')]).toEqual([
    id,
    '•••',
    '•••',
  ]);
  expect(['patient=Doe', 'patient=a=b', `sweep=${id}`, 'patient'].map(withoutValue)).toEqual([
    'patient=•••',
    'patient=•••',
    `sweep=${id}`,
    'patient',
  ]);
  const said = 'Sweep Doe for dr.doe, of 01JD0000000000000000000000';
  const labels = { sweep: 'Doe', algorithm: id };
  expect(withoutNames(said, { data: 'job:1', labels, submitter: 'dr.doe' })).toBe(`Sweep ••• for •••, of ${id}`);
});

it('D5: hides paths in values that are varied', () => {
  const value = { _remote: 'npy', uri: 'root://scans/Doe/theta.npy', unit: 'deg', parts: ['root://scans/a', 1, null] };
  expect(withoutPathsIn(value)).toEqual({
    ...{ _remote: 'npy', uri: 'root://scans/•••', unit: 'deg', parts: ['root://scans/•••', 1, null] },
  });
});
