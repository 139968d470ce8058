import { createRegistry, findDivision, fits, needOf, sizedSteps } from '@rondel/reco';
import { expect, it } from 'vitest';
import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { radonManifest } from '../manifest.js';

const registry = createRegistry([leastSquaresManifest, radonManifest]);
const room = { memoryBytes: 2 ** 30 };

/** Raw counts of a common detector whose axis is 60 bins off its middle. */
const [angles, detectors, beyond] = [2048, 2048, 60];

function stepsWith(method: 'sums' | 'grid') {
  const pre = { _type: 'TransmissionPreprocessingParameters', centerOfRotation: detectors / 2 + beyond };
  const reco = { _type: 'RadonFilteredBackprojectionParameters', method };
  const parameter = { _type: 'DirectRadonParameters', pre, reco };
  return sizedSteps({ _type: 'DirectRadonAlgorithm', parameter }, registry);
}

function fittingWith(method: 'sums' | 'grid'): number {
  const shape = [1, 1024, angles, detectors];
  const data = { dtype: 'uint16', shape, axes: ['frame', 'slice', 'angle', 'detector'] } as const;
  return findDivision(stepsWith(method), { data, companions: {}, attributes: {} }, room)?.fitting ?? 0;
}

it('gives the reconstruction blocks of what the preprocessing makes: wider, in float32', () => {
  const [, reco] = stepsWith('sums');
  const needOfBlock = (slices: number) =>
    reco && needOf(reco, { shape: [1, slices, angles, detectors + beyond], elementBytes: 4 }, room);
  const fitting = fittingWith('sums');
  expect(fitting).toBeGreaterThan(0);
  expect([fitting, fitting + 1].map(needOfBlock).map((need) => need && fits(need))).toEqual([true, false]);
});

it('has taller blocks by the Fourier grid, although that needs memory of its own: it takes one slice after the other', () => {
  expect(fittingWith('grid')).toBeGreaterThan(1.5 * fittingWith('sums'));
});
