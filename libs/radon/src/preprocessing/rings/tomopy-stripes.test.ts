import { readDataset } from '@rondel/formats';
import { describe, expect, it } from 'vitest';
import { realData, relativeError } from '../../running.test.support.js';
import { ringDefaults } from './ring-defaults.test.support.js';
import { removeStripes } from './ring-removal.js';

const folder = 'ct/ct_prep';
const sinogramFile = realData(`${folder}/tooth0.sinogram.npy`);

/** Whether no other projection has the value in the same bin. */
function areAlone(values: Float32Array, detectors: number): boolean[] {
  const counts = Array.from({ length: detectors }, () => new Map<number, number>());
  values.forEach((value, at) => {
    const own = counts[at % detectors];
    own?.set(value, (own.get(value) ?? 0) + 1);
  });
  return Array.from(values, (value, at) => counts[at % detectors]?.get(value) === 1);
}

describe.skipIf(!sinogramFile)("the stripes of a tooth, against TomoPy's own", () => {
  // The tolerances are those of the references. Equal values of a bin may be sorted either way, and NumPy's order of them is
  // that of a processor's instructions: where columns are sorted, they are compared by themselves, at what they differ by.
  it.each([
    ['sorting_21', { method: 'sorting', size: 21 }, 1e-5],
    ['filtering_default', { method: 'filtering' }, 1e-5],
    // Sorted twice, so that equal values also move others.
    ['all_default', { method: 'all' }, 2e-5],
    ['fw_default', { method: 'fw' }, 1e-4],
    ['ti_default', { method: 'ti' }, 1e-3],
  ] as const)('%s', async (name, parameters, tolerance) => {
    const { data } = await readDataset(sinogramFile ?? '');
    const { data: reference } = await readDataset(realData(`${folder}/tooth0.tomopy_${name}.npy`) ?? '');
    const [angles = 0, detectors = 0] = data.shape.slice(-2);
    const values = Float32Array.from(data.data);
    const alone = areAlone(values, detectors);
    removeStripes({ values, angles, detectors }, { ...ringDefaults, ...parameters });
    const error = relativeError(values, reference.data, (at) => alone[at] === true);
    console.info(`${name}: ${error.toExponential(1)}, all ${relativeError(values, reference.data).toExponential(1)}`);
    expect(error).toBeLessThan(tolerance);
    expect(relativeError(values, reference.data)).toBeLessThan(Math.max(tolerance, 3e-4));
  });
});
