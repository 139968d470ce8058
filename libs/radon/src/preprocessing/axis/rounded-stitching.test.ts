import { describe, expect, it } from 'vitest';
import { anglesOver, insideCircle, sliceCounts, sliceImage } from '../../disturbed-scans.test.support.js';
import { planOf, reconstruct, relativeError, useEngine } from '../../running.test.support.js';
import { overlapOf, centerOfOverlap } from './overlap-center.js';
import { stitchRounded } from './rounded-stitching.js';

useEngine();

const [angles, detectors] = [9, 12];
const rows = Float32Array.from({ length: angles * detectors }, (_, at) => Math.sin(at * at));
const theta = Float64Array.from({ length: angles }, (_, at) => (at * 2 * Math.PI) / angles);

/** Two lines for either side: what `sino_360_to_180` of TomoPy does to a row and the one half of all behind it. */
function asTomopy(own: Float32Array, other: Float32Array, overlap: number, side: 'left' | 'right'): number[] {
  const rising = Array.from({ length: overlap }, (_, at) => at / (overlap - 1));
  const value = (row: Float32Array, bin: number) => row[bin] ?? NaN;
  if (side === 'left') {
    const both = rising.map(
      (w, at) => w * value(own, at) + (rising[overlap - 1 - at] ?? NaN) * value(other, overlap - 1 - at),
    );
    return [...[...other.subarray(overlap)].reverse(), ...both, ...own.subarray(overlap)];
  }
  const from = detectors - overlap;
  const both = rising.map((w, at) => (1 - w) * value(own, from + at) + w * value(other, detectors - 1 - at));
  return [...own.subarray(0, from), ...both, ...[...other.subarray(0, from)].reverse()];
}

describe('stitching with whole bins', () => {
  it.each([
    ['left', 4.6],
    ['right', 5.4],
  ] as const)("is TomoPy's at the %s, exactly", (side, overlap) => {
    const shape = { frames: 1, slices: 1, angles, detectors };
    const stitched = stitchRounded(rows, shape, { side, overlap, angles: theta });
    expect(stitched.shape).toMatchObject({ angles: 4, detectors: 19 });
    expect(stitched.center).toBe(9);
    const row = (at: number) => rows.subarray(at * detectors, (at + 1) * detectors);
    for (let at = 0; at < 4; at++) {
      const own = stitched.data.subarray(at * 19, (at + 1) * 19);
      // The bound that float32 sums of two products keep.
      expect(relativeError(own, asTomopy(row(at), row(at + 4), 5, side))).toBeLessThan(1e-6);
    }
  });

  it.each([3.25, 40.5])('has an overlap for every axis: %d', (center) => {
    expect(centerOfOverlap(overlapOf(center, 48), 48)).toBe(center);
  });

  it('gives nearly the image of the full detector, and of ours', async () => {
    const center = 140;
    const scan = { detectors: 160, angles: anglesOver(2 * Math.PI, 480), center, radius: 138 };
    const full = { detectors: 281, angles: anglesOver(Math.PI, 240), center: 140, radius: 138 };
    const inside = insideCircle(281, 130);
    const fbp = ['RadonFilteredBackprojectionParameters', {}] as const;
    const imageOf = async (pre: Parameters<typeof planOf>[0][1], input = sliceCounts(scan)) =>
      (await reconstruct(planOf(['TransmissionPreprocessingParameters', pre], fbp), input)).output.data.data.subarray(
        0,
        281 ** 2,
      );
    const rounded = await imageOf({ centerOfRotation: center, stitching: 'rounded' });
    const whole = await imageOf({ centerOfRotation: 140 }, sliceCounts(full));
    const truth = sliceImage(281, full);
    // The overlap is 39 bins, whole already, so that both see the very rays of the full detector.
    expect(relativeError(rounded, whole, inside)).toBeLessThan(1e-5);
    expect(relativeError(await imageOf({ centerOfRotation: center }), whole, inside)).toBeLessThan(1e-5);
    expect(relativeError(rounded, truth, inside)).toBeLessThan(0.05);
    const golden = { ...scan, angles: scan.angles.map((_, at) => at * Math.PI * (Math.sqrt(5) - 1)) };
    await expect(
      imageOf({ centerOfRotation: center, stitching: 'rounded' }, sliceCounts(golden)),
    ).rejects.toMatchObject({
      failure: { at: 'parameter.pre.stitching' },
    });
  });
});
