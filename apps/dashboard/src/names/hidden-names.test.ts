import { expect, it } from 'vitest';
import { withoutNames, withoutPath, withoutPaths } from './hidden-names.js';

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
