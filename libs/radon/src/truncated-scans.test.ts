import { float32Array, type Dataset } from '@rondel/contracts';
import { describe, expect, it } from 'vitest';
import {
  anglesOver,
  disturbed,
  insideCircle,
  sliceCounts,
  sliceImage,
  sliceSinogram,
  type SliceScan,
} from './disturbed-scans.test.support.js';
import { sheppLoganScan } from './phantom.js';
import { poisson, seededRandom } from '@rondel/compute/random';
import { planOf, reconstruct, relativeError, useEngine } from './running.test.support.js';

useEngine();

type Properties = Parameters<typeof planOf>[0][1];

const size = 128;
const scanOf = (wide: number, center = 64): SliceScan => ({
  detectors: size,
  angles: anglesOver(Math.PI, 160),
  center,
  radius: 64 * wide,
});

async function errorOf(scan: SliceScan, padding: string, input = sliceCounts(scan)) {
  const { center = 64 } = scan;
  const plan = planOf(
    ['TransmissionPreprocessingParameters', { centerOfRotation: center }],
    ['RadonFilteredBackprojectionParameters', { padding }],
  );
  const { output, warnings } = await reconstruct(plan, input);
  const seen = Math.min(center, size - 1 - center) - 3;
  const image = output.data.data.subarray(0, size * size);
  return { error: relativeError(image, sliceImage(size, scan), insideCircle(size, seen)), warnings };
}

describe('objects wider than the detector', () => {
  it.each([1.3, 1.5, 2, 3])('S9: are warned of, and are right with padding: %d times as wide', async (wide) => {
    for (const center of [64, 71.4]) {
      const bare = await errorOf(scanOf(wide, center), 'none');
      const padded = await errorOf(scanOf(wide, center), 'edge');
      expect(bare.warnings).toEqual(['PROJECTIONS_TRUNCATED']);
      expect(padded.warnings).toEqual([]);
      expect(padded.error).toBeLessThan(Math.min(0.1, Math.max(0.03, bare.error / 2)));
    }
  });

  it('S9: raise no false alarm where the object fits, in noise, on a background, or off the middle', async () => {
    const random = seededRandom(4);
    const fits = scanOf(0.97);
    const counts = sliceCounts(fits);
    const noisy = disturbed(counts, 'data', (value) => poisson(value / 100, random) * 100);
    const dimmed = disturbed(counts, 'data', (value) => value * 0.95);
    for (const input of [counts, noisy, dimmed]) expect((await errorOf(fits, 'none', input)).warnings).toEqual([]);
    expect((await errorOf(scanOf(0.6, 85), 'none')).warnings).toEqual([]);
  });

  it.each([
    { size: 16, angles: 30 },
    { size: 32, angles: 60 },
    { size: 64, angles: 90 },
  ])('S9: raise no false alarm on a simulated head that all but fills $size bins', async (options) => {
    const plan = planOf(['TransmissionPreprocessingParameters', {}], ['RadonFilteredBackprojectionParameters', {}]);
    for (const noise of [0, 0.02]) {
      const { warnings } = await reconstruct(plan, sheppLoganScan({ ...options, frames: 3, noise }));
      expect(warnings).toEqual([]);
    }
  });

  it('S9: may go on with their edge values, as when they were made longer before, and say what that does', async () => {
    const scan = scanOf(1.5);
    const [row, wide] = [sliceSinogram(scan), 3 * size];
    const longer = Float32Array.from({ length: 3 * row.length }, (_, at) => {
      const bin = Math.min(size - 1, Math.max(0, (at % wide) - size));
      return row[Math.floor(at / wide) * size + bin] ?? NaN;
    });
    const sinograms = (data: Float32Array, detectors: number): Dataset => ({
      data: float32Array(data, [scan.angles.length, detectors]),
      companions: { angles: { dtype: 'float64', shape: [scan.angles.length], data: Float64Array.from(scan.angles) } },
      attributes: { quantity: 'lineIntegrals' },
    });
    const made = (center: number, reco: Properties) =>
      planOf(
        ['TransmissionPreprocessingParameters', { centerOfRotation: center }],
        ['RadonFilteredBackprojectionParameters', { shape: [size, size], circle: false, ...reco }],
      );
    const own = await reconstruct(made(64, { padding: 'repeat' }), sinograms(row, size));
    const before = await reconstruct(made(64 + size, {}), sinograms(longer, wide));
    // Rounding of transforms of another length; the ramp has its full length in both.
    const [image, expected] = [own.output.data.data, before.output.data.data];
    expect(relativeError(image, expected, insideCircle(size, 60))).toBeLessThan(1e-3);
    expect(own.warnings).toEqual(['PROJECTIONS_TRUNCATED']);
    const cut = (await reconstruct(made(64, { padding: 'repeat', reconMaskRadius: 0.5 }), sinograms(row, size))).output;
    const inside = insideCircle(size, 32);
    cut.data.data.forEach((value, pixel) => expect(value).toBe(inside(pixel) ? image[pixel] : 0));
  });

  it('S9: changes nothing of consequence where the object fits', async () => {
    const bare = await errorOf(scanOf(0.97), 'none');
    const padded = await errorOf(scanOf(0.97), 'edge');
    expect(Math.abs(padded.error - bare.error)).toBeLessThan(1e-3);
  });
});
