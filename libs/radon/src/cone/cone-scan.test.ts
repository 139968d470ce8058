import { coneForward } from '@rondel/compute';
import { tensor3d } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { readValues } from '../reconstruction/read-values.js';
import { expectFailure, reconstruct, useEngine } from '../running.test.support.js';
import { coneParametersOf } from './cone-parameters.js';
import { coneGeometry, coneScan } from './cone-scan.js';
import { even, fdk, projections, scanner, type Properties } from './cone-scans.test.support.js';

useEngine();

/** Where the only voxel of a volume is seen: the mean bin [u, v] of its shadow in the first view at an angle. */
function shadowOf(geometry: Properties, angle: number, voxel: readonly [x: number, y: number, slice: number]) {
  const shape = [17, 15, 13];
  const [bins, binRows] = [50, 44];
  const dataset = projections(new Float32Array(binRows * bins), [binRows, 1, bins], Float64Array.of(angle));
  const parameters = coneParametersOf({ type: '', parameters: { ...scanner, voxel: 1, ...geometry, shape } });
  const scan = coneScan(
    parameters,
    { dataset, shape: { frames: 1, slices: binRows, angles: 1, detectors: bins } },
    () => undefined,
  );
  const volume = new Float32Array(15 * 17 * 13);
  const [x, y, slice] = voxel;
  volume[((7 - y) * 17 + 8 + x) * 13 + 6 + slice] = 1;
  const seen = readValues(() => coneForward(tensor3d(volume, [15, 17, 13]), coneGeometry(scan)));
  const sum = seen.reduce((all, value) => all + value, 0);
  const mean = (at: (index: number) => number) => seen.reduce((all, value, index) => all + value * at(index), 0) / sum;
  return [mean((index) => Math.floor(index / binRows)), mean((index) => index % binRows)] as const;
}

describe('the geometry of a cone beam', () => {
  const voxel = [5, -3, 4] as const;

  it.each<[string, Properties]>([
    ['alone', {}],
    ['with a detector that is off', { detectorOffset: [4, -6] }],
    ['with an axis that is off', { centerShift: 3 }],
    ['turning clockwise', { direction: 'cw', centerShift: -2 }],
    ['with a turned detector', { detectorTilt: 0.3, detectorOffset: [-3, 2] }],
  ])('%s sees a voxel where its definition says', (_what, geometry) => {
    const { centerShift = 0, detectorOffset = [0, 0], detectorTilt = 0, direction = 'ccw' } = geometry;
    for (const given of [0, 0.6, 2.5]) {
      const angle = direction === 'cw' ? -given : given;
      const [x, y, z] = voxel;
      const towards = x * Math.sin(angle) - y * Math.cos(angle);
      const across = x * Math.cos(angle) + y * Math.sin(angle) + Number(centerShift);
      const offset = detectorOffset as number[];
      const u = (150 * across) / (90 - towards) - (offset[0] ?? 0);
      const v = (150 * z) / (90 - towards) - (offset[1] ?? 0);
      const [cosine, sine] = [Math.cos(Number(detectorTilt)), Math.sin(Number(detectorTilt))];
      const expected = [24.5 + (u * cosine + v * sine) / 1.5, 21.5 + (v * cosine - u * sine) / 1.5];
      const seen = shadowOf(geometry, given, voxel);
      // The shadow of a voxel is about a bin wide, and rays are a bin apart; a wrong sign is four bins and more.
      expect(Math.abs(seen[0] - (expected[0] ?? NaN))).toBeLessThan(0.5);
      expect(Math.abs(seen[1] - (expected[1] ?? NaN))).toBeLessThan(0.5);
    }
  });

  it('is that of the vectors where there are some', () => {
    const at = shadowOf({ detectorOffset: [4, -6], centerShift: 3 }, 0, voxel);
    const vector = [-3, -90, 0, 1, 60, -6, 1.5, 0, 0, 0, 0, 1.5];
    expect(shadowOf({ vectors: [vector] }, 1, voxel)).toEqual(at);
  });

  it.each<[Properties, string, string]>([
    [
      { ...scanner, sourceDetector: 60 },
      'PLAN_INVALID_VALUE',
      'sourceDetector (60 mm) must be larger than sourceOrigin',
    ],
    [{ sourceOrigin: 90, detectorPixel: [1, 1] }, 'PLAN_MISSING_PROPERTY', 'sourceDetector is missing'],
    [{ vectors: [new Array<number>(12).fill(1)] }, 'PLAN_MISSING_PROPERTY', 'voxel is missing'],
    [{ ...scanner, voxel: 20 }, 'PLAN_INVALID_VALUE', 'inside the volume'],
    [{ ...scanner, detectorPixel: [150, 150], voxel: 0.1 }, 'PLAN_INVALID_VALUE', 'detectorPixel (150)'],
    [
      { voxel: 1, vectors: [new Array<number>(12).fill(100)] },
      'DATA_SHAPE_MISMATCH',
      'vectors has 1 view, but the data has 4',
    ],
  ])('%o is refused', async (geometry, code, message) => {
    const data = projections(new Float32Array(4 * 20), [1, 4, 20], even(4));
    await expectFailure((async () => reconstruct(fdk(geometry), data))(), code as 'DATA_FORMAT', message);
  });

  it('is suspect where voxels are much larger than bins are seen', async () => {
    const data = projections(new Float32Array(9 * 20), [1, 9, 20], even(9));
    const { warnings } = await reconstruct(fdk({ ...scanner, voxel: 5, shape: [20, 20, 1] }), data);
    expect(warnings).toContain('GEOMETRY_SUSPECT');
  });
});
