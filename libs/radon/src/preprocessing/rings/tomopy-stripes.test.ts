import { readDataset } from '@rondel/formats';
import { describe, expect, it } from 'vitest';
import { realData, relativeError } from '../../running.test.support.js';
import { ringDefaults } from './ring-defaults.test.support.js';
import { removeStripes } from './ring-removal.js';

const folder = 'ct/ct_prep';
const sinogramFile = realData(`${folder}/tooth0.sinogram.npy`);

describe.skipIf(!sinogramFile)("the stripes of a tooth, against TomoPy's own", () => {
  // The tolerances are those of the references; equal values of a bin are sorted as where these were made.
  it.each([
    ['sorting_21', { method: 'sorting', size: 21 }, 1e-5],
    ['filtering_default', { method: 'filtering' }, 1e-5],
    ['all_default', { method: 'all' }, 1e-5],
    ['fw_default', { method: 'fw' }, 1e-4],
    ['ti_default', { method: 'ti' }, 1e-3],
  ] as const)('%s', async (name, parameters, tolerance) => {
    const { data } = await readDataset(sinogramFile ?? '');
    const { data: reference } = await readDataset(realData(`${folder}/tooth0.tomopy_${name}.npy`) ?? '');
    const [angles = 0, detectors = 0] = data.shape.slice(-2);
    const values = Float32Array.from(data.data);
    removeStripes({ values, angles, detectors }, { ...ringDefaults, ...parameters });
    expect(relativeError(values, reference.data)).toBeLessThan(tolerance);
  });
});
