import { RondelError } from '@rondel/contracts';
import type { NamedAttrMap } from '@tensorflow/tfjs-core';

const largestExtent = 32768;
const mostViews = 1 << 20;
const mostRays = 1 << 18;
/** Pixels from the origin; farther than any image reaches. */
const farthest = 1 << 17;

/**
 * Rays that turn with the view: ray `r` at angle `theta` is the line x cos(theta + tilts[r]) + y sin(theta + tilts[r]) =
 * offsets[r], with x along columns to the right and y up. The origin is the center of the pixel at row `floor(rows / 2)`,
 * column `floor(columns / 2)`, unless `origin` says otherwise; pixels have width 1. With all tilts 0 rays are parallel; fan beams, with flat or curved
 * detectors, are those whose lines meet in a point.
 */
export interface RayGeometry {
  /** 1 to 32768 each. */
  readonly shape: readonly [rows: number, columns: number];
  /** Radians, in the order of the sinogram's first axis. These arrays must not be changed once used: tables are kept for them. */
  readonly angles: Float64Array;
  /** Radians by which each ray's normal is turned against that of the view; 1 to 262144 rays, in the order of the sinogram's second axis. */
  readonly tilts: Float64Array;
  /** Signed distance of each ray from the origin, pixels, at most 131072. */
  readonly offsets: Float64Array;
  /** What the integral along each ray is multiplied with. */
  readonly weights: Float64Array;
  /** Where the origin is, in rows and columns from the center of the first pixel; inside the image, may be between pixels. */
  readonly origin?: readonly [row: number, column: number];
}

/** How far the origin lies to the right of the center of the pixel in the middle, and above it. */
export function originShift({ shape: [rows, columns], origin }: RayGeometry): readonly [right: number, up: number] {
  const [middleRow, middleColumn] = [Math.floor(rows / 2), Math.floor(columns / 2)];
  const [row, column] = origin ?? [middleRow, middleColumn];
  return [column - middleColumn, middleRow - row];
}

function reject(label: string, rule: string): never {
  throw new RondelError('DATA_SHAPE_MISMATCH', `${label}: ${rule}`, { details: { operator: label } });
}

/** Throws DATA_SHAPE_MISMATCH when a field is outside its range; the message begins with `label`. */
export function checkRays(label: string, { shape, angles, tilts, offsets, weights, origin }: RayGeometry): void {
  for (const extent of shape) {
    if (!(Number.isInteger(extent) && extent >= 1 && extent <= largestExtent)) {
      reject(label, `rows and columns must be 1 to ${largestExtent}, got ${extent}`);
    }
  }
  if (origin?.some((place, axis) => !(place >= 0 && place <= (shape[axis] ?? 0) - 1)) === true) {
    reject(label, `origin must lie inside the image, got ${origin.join(', ')}`);
  }
  if (angles.length < 1 || angles.length > mostViews) {
    reject(label, `needs 1 to ${mostViews} angles, got ${angles.length}`);
  }
  const rays = tilts.length;
  if (rays < 1 || rays > mostRays) reject(label, `needs 1 to ${mostRays} rays, got ${rays}`);
  if (offsets.length !== rays || weights.length !== rays) {
    reject(label, `has ${rays} tilts, ${offsets.length} offsets and ${weights.length} weights; one of each for a ray`);
  }
  for (const [name, values] of Object.entries({ angles, tilts, offsets, weights })) {
    const wrong = values.findIndex((value) => !Number.isFinite(value));
    if (wrong >= 0) reject(label, `${name} must be finite, number ${wrong} is ${String(values[wrong])}`);
  }
  const far = offsets.findIndex((offset) => Math.abs(offset) > farthest);
  if (far >= 0) reject(label, `offsets must be within ${farthest} pixels, number ${far} is ${String(offsets[far])}`);
}

/** `<rows x columns <- angles x rays> name`: how messages call an operator of this geometry. */
export function raysLabel(name: string, { shape, angles, tilts }: RayGeometry): string {
  const image = `${shape[0]}x${shape[1]}`;
  const sinogram = `${angles.length}x${tilts.length}`;
  return name === 'RayForward' ? `<${sinogram} <- ${image}> ${name}` : `<${image} <- ${sinogram}> ${name}`;
}

/** A geometry as attributes of a tfjs kernel; its arrays stay the same, to which tables belong. */
export function rayAttributes({ shape, angles, tilts, offsets, weights, origin }: RayGeometry): NamedAttrMap {
  return { rows: shape[0], columns: shape[1], angles, tilts, offsets, weights, ...(origin && { origin: [...origin] }) };
}

/** The geometry in a kernel's attributes. Throws DATA_SHAPE_MISMATCH, or INTERNAL when they hold none. */
export function readRays(name: string, attributes: NamedAttrMap | undefined): RayGeometry {
  const { rows, columns, angles, tilts, offsets, weights, origin } = attributes ?? {};
  if (
    typeof rows !== 'number' ||
    typeof columns !== 'number' ||
    !(angles instanceof Float64Array) ||
    !(tilts instanceof Float64Array) ||
    !(offsets instanceof Float64Array) ||
    !(weights instanceof Float64Array)
  ) {
    throw new RondelError('INTERNAL', `${name}: the attributes hold no rays; call it through its function`);
  }
  const [row, column] = Array.isArray(origin) ? origin.map(Number) : [];
  const placed = row === undefined || column === undefined ? {} : { origin: [row, column] as const };
  const geometry: RayGeometry = { shape: [rows, columns], angles, tilts, offsets, weights, ...placed };
  checkRays(raysLabel(name, geometry), geometry);
  return geometry;
}

/** Small enough that trying a projector out takes no time; the rays of a view are not all parallel. */
export const trialRays: RayGeometry = {
  shape: [12, 12],
  angles: Float64Array.from({ length: 12 }, (_, index) => index / 4),
  tilts: Float64Array.from({ length: 10 }, (_, index) => index / 50),
  offsets: Float64Array.from({ length: 10 }, (_, index) => index - 5),
  weights: new Float64Array(10).fill(1),
};
