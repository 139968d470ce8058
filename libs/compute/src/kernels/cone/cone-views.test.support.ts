import type { ConeGeometry } from './cone-geometry.js';

/** A source that turns about the middle of a volume, in voxels; the detector is turned in its plane by `tilt`, rad. */
export function circularCone(
  shape: readonly [rows: number, columns: number, slices: number],
  {
    views,
    detector,
    source = 60,
    beyond = 40,
    pitch = 1.5,
    offset = [0, 0],
    tilt = 0,
    start = 0.05,
  }: {
    readonly views: number;
    readonly detector: readonly [number, number];
    readonly source?: number;
    readonly beyond?: number;
    readonly pitch?: number;
    readonly offset?: readonly [number, number];
    readonly tilt?: number;
    readonly start?: number;
  },
): ConeGeometry {
  const numbers = Array.from({ length: views }, (_, view) => {
    const angle = (2 * Math.PI * view) / views + start;
    const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
    const place = (x: number, y: number, z: number): readonly [number, number, number] => [
      (shape[1] - 1) / 2 + x,
      (shape[0] - 1) / 2 - y,
      (shape[2] - 1) / 2 + z,
    ];
    const u = [Math.cos(tilt) * cosine, -Math.cos(tilt) * sine, Math.sin(tilt)].map((value) => value * pitch);
    const v = [-Math.sin(tilt) * cosine, Math.sin(tilt) * sine, Math.cos(tilt)].map((value) => value * pitch);
    const middle = place(-sine * beyond, cosine * beyond, 0);
    const first = middle.map((value, axis) => {
      const [across, along] = [u[axis] ?? 0, v[axis] ?? 0];
      return value + across * (offset[0] - (detector[0] - 1) / 2) + along * (offset[1] - (detector[1] - 1) / 2);
    });
    return [...place(sine * source, -cosine * source, 0), ...first, ...u, ...v];
  });
  return { shape, detector, views: Float64Array.from(numbers.flat()) };
}
