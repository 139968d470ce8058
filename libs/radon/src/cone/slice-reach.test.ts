import { describe, expect, it } from 'vitest';
import { sliceReach } from './slice-reach.js';

/** 2,048 rows and columns of 0.2 mm, 1 m from the source, which they see under 2 x 11.6 degrees along the axis. */
const [extent, source, detector, pitch] = [2048, 500, 1000, 0.2];
const whole = { shape: [1, extent, 1600, extent], elementBytes: 4, attributes: {} };
const scanner = { sourceOrigin: source, sourceDetector: detector, detectorPixel: [pitch, pitch] };

function reachOf(geometry: object = {}, others: object = {}) {
  const parameters = { ...scanner, ...geometry };
  const node = { type: 'ConeBeamGeometryParameters', parameters };
  return sliceReach({ geometry: node, circle: true, findCenterShift: false, ...others }, whole);
}

describe('the rows that a block of slices reads', () => {
  it('are those that it is seen on from the nearest and the farthest point of the circle', () => {
    const reach = reachOf();
    const middle = (extent - 1) / 2;
    const voxel = (pitch * source) / detector;
    // What the outer columns see, and a voxel; its corners are those of a polygon of sixteen sides.
    const radius = source * Math.sin(Math.atan((middle * pitch) / detector)) + voxel;
    const [least, most] = [radius, radius / Math.cos(Math.PI / 16)];
    for (const [start, stop] of [
      [1024, 1152],
      [1536, 1664],
      [1920, 2048],
    ] as const) {
      const read = reach?.({ start, stop });
      const seen = (edge: number, near: number) =>
        Math.min(extent - 1, middle + ((edge - extent / 2) * source) / (source - near));
      // A row on either side that interpolation takes, another for directions between those that are looked at.
      expect((read?.stop ?? NaN) - 1).toBeGreaterThanOrEqual(Math.floor(seen(stop, least)));
      expect((read?.stop ?? NaN) - 1).toBeLessThanOrEqual(Math.ceil(seen(stop, most)) + 2);
      expect(read?.start).toBeLessThanOrEqual(Math.ceil(seen(start, -least)));
      expect(read?.start).toBeGreaterThanOrEqual(Math.floor(seen(start, -most)) - 2);
    }
  });

  it('are few beside slices near the plane of the source', () => {
    const reach = reachOf();
    const beside = Array.from({ length: 16 }, (_, block) => {
      const { start, stop } = reach?.({ start: 128 * block, stop: 128 * (block + 1) }) ?? { start: 0, stop: extent };
      return [128 * block - start, stop - 128 * (block + 1)];
    });
    expect(beside.slice(7, 9)).toEqual(beside.slice(7, 9).map(([a = 0, b = 0]) => [Math.min(a, 40), Math.min(b, 40)]));
    expect(beside.at(-1)).toEqual([expect.closeTo(152, -1) as number, 0]);
    expect(beside[0]).toEqual([0, expect.closeTo(152, -1) as number]);
  });

  it('are no others where views lean, but for those that lean moves', () => {
    const [upright, leaning] = [0, 0.02].map((lean) => {
      const views = Array.from({ length: 90 }, (_, view) => {
        const angle = (view * Math.PI) / 45;
        const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
        const step = [pitch * cosine, pitch * sine, 0, lean * pitch * sine, -lean * pitch * cosine, pitch];
        return [source * sine, -source * cosine, 0, -source * sine, source * cosine, 0, ...step];
      });
      return reachOf({ vectors: views, voxel: 0.1 })?.({ start: 1536, stop: 1664 });
    });
    // The upper rows are 4 mm farther or nearer, of a meter: 0.4 % of 1,024 rows at most.
    expect(Math.abs((upright?.start ?? NaN) - (leaning?.start ?? NaN))).toBeLessThan(5);
    expect(Math.abs((upright?.stop ?? NaN) - (leaning?.stop ?? NaN))).toBeLessThan(5);
  });

  it('are unknown where the volume comes up to the source', () => {
    expect(reachOf({ voxel: 0.49 }, { circle: false })).toBeUndefined();
  });
});
