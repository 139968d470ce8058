import { float32Array } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import { expectFailure, planOf, realData, reconstruct, relativeError, useEngine } from '../running.test.support.js';
import { blobImage, blobScan, even, projections, scanner, type Properties } from './cone-scans.test.support.js';
import { readNpy } from './npy.test.support.js';

useEngine();

describe('iterations on a cone beam', () => {
  const iterating = (geometry: Properties, others: Properties) =>
    planOf(
      ['RadonPreprocessingParameters', {}],
      [
        'IterativeRadonReconstructionParameters',
        { geometry: { _type: 'ConeBeamGeometryParameters', ...geometry }, ...others },
      ],
    );

  it('take a volume of each frame back to the object', async () => {
    const [one, angles] = [blobScan(even(30), { bins: 66, binRows: 24 }), even(30)];
    const { data } = one.data;
    const both = Float32Array.from({ length: 2 * data.length }, (_, at) =>
      at < data.length ? (data[at] ?? NaN) : 2 * (data[at - data.length] ?? NaN),
    );
    const input = { ...one, data: float32Array(both, [2, 24, angles.length, 66], one.data.axes) };
    const plan = iterating({ ...scanner, voxel: 1, shape: [40, 40, 21] }, { solver: 'CGLS', iterations: 8 });
    const { output, previews, warnings } = await reconstruct(plan, input);
    expect(output.data).toMatchObject({ shape: [2, 21, 40, 40], spacing: [1, 1, 1, 1], spacingUnit: 'mm' });
    const expected = blobImage([40, 40, 21]);
    const volumes = [0, 1].map((frame) => output.data.data.subarray(frame * 33_600, (frame + 1) * 33_600));
    // Attenuation per mm; 8 iterations have the blob to a few percent.
    expect(relativeError(volumes[0] ?? [], expected)).toBeLessThan(0.06);
    expect(
      relativeError(
        volumes[1] ?? [],
        expected.map((value) => 2 * value),
      ),
    ).toBeLessThan(0.06);
    expect(previews.at(-1)).toMatchObject({ shape: [40, 40], frame: 0, slice: 10 });
    expect(warnings).toEqual([]);
  });

  it('refuse the method that goes from ray to ray within a slice', async () => {
    const plan = iterating({ ...scanner }, { solver: 'Kaczmarz' });
    const data = projections(new Float32Array(80), [1, 4, 20], even(4));
    await expectFailure((async () => reconstruct(plan, data))(), 'PLAN_INVALID_VALUE', 'take SART');
  });

  const fan = realData('ct/fan_astra/sinogram.npy');
  it.skipIf(fan === undefined).each([
    // ASTRA has the same rays and the same method, all in float32.
    ['SIRT', 'sirt', 50, 1e-3],
    // Conjugate gradients spread what rounding differs by.
    ['CGLS', 'cgls', 20, 0.02],
  ] as const)('of a fan beam by %s are those of ASTRA', async (solver, name, iterations, tolerance) => {
    const expected = readNpy((fan ?? '').replace('sinogram', name));
    const geometry = {
      sourceOrigin: 160,
      sourceDetector: 280,
      detectorPixel: [1.8, 1.8],
      voxel: 1,
      shape: [96, 96, 1],
    };
    const data = projections(readNpy(fan ?? ''), [1, 180, 150], even(180));
    const { output } = await reconstruct(iterating(geometry, { solver, iterations, circle: false }), data);
    expect(relativeError(output.data.data, expected)).toBeLessThan(tolerance);
  });
});
