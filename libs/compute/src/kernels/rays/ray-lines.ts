import { originShift, type RayGeometry } from './ray-geometry.js';

const fractionBits = 30;
const unit = 2 ** fractionBits;

/** Numbers of a ray in `rayLines`. */
export const lineFields = 4;

/**
 * Each ray [view, ray] as the kernels trace it, see assembly/shared/ray-trace.ts, in four integers: the pixel at which it is
 * at the middle step and the fraction beyond it, the pixels it moves from step to step (both in 2^-30 pixels), and 1 where
 * steps go from column to column, 0 where they go from row to row. The middle step is half the columns or rows, rounded down.
 */
export function rayLines(geometry: RayGeometry): Int32Array<ArrayBuffer> {
  const { shape, angles, tilts, offsets } = geometry;
  const [right, up] = originShift(geometry);
  const [middleRow, middleColumn] = [Math.floor(shape[0] / 2), Math.floor(shape[1] / 2)];
  const [cosines, sines] = [tilts.map(Math.cos), tilts.map(Math.sin)];
  const lines = new Int32Array(angles.length * tilts.length * lineFields);
  let at = 0;
  for (const angle of angles) {
    const [cosine, sine] = [Math.cos(angle), Math.sin(angle)];
    for (let ray = 0; ray < tilts.length; ray++) {
      const [tiltCosine, tiltSine, offset] = [cosines[ray] ?? 0, sines[ray] ?? 0, offsets[ray] ?? 0];
      const nx = cosine * tiltCosine - sine * tiltSine;
      const ny = sine * tiltCosine + cosine * tiltSine;
      const byColumns = Math.abs(ny) >= Math.abs(nx);
      const distance = offset + right * nx + up * ny;
      const place = byColumns ? middleRow - distance / ny : middleColumn + distance / nx;
      const fixed = Math.floor(place * unit + 0.5);
      const pixel = Math.floor(fixed / unit);
      lines[at++] = pixel;
      lines[at++] = fixed - pixel * unit;
      lines[at++] = Math.floor((byColumns ? nx / ny : ny / nx) * unit + 0.5);
      lines[at++] = byColumns ? 1 : 0;
    }
  }
  return lines;
}

/** What each ray gives each pixel that it meets, as the projection has it: ray by ray, pixels in rising order. */
export function forEachRayWeight(
  geometry: RayGeometry,
  use: (bin: number, pixel: number, weight: number) => void,
): void {
  const lines = rayLines(geometry);
  for (let bin = 0; bin * lineFields < lines.length; bin++) {
    const weight = geometry.weights[bin % geometry.tilts.length] ?? 0;
    const given = weightsOfRay(geometry, lines.subarray(bin * lineFields, (bin + 1) * lineFields));
    for (const [pixel, length] of given) use(bin, pixel, weight * length);
  }
}

/** [pixel, length], by rising pixel. */
function weightsOfRay({ shape: [rows, columns] }: RayGeometry, line: Int32Array): [number, number][] {
  const [whole = 0, fraction = 0, slope = 0, byColumns = 0] = line;
  const [steps, across] = byColumns === 1 ? [columns, rows] : [rows, columns];
  const length = Math.hypot(1, slope / unit);
  const spread = Math.min(unit / Math.abs(slope), steepest);
  const given: [number, number][] = [];
  for (let step = 0; step < steps; step++) {
    const place = whole + (fraction + slope * (step - Math.floor(steps / 2))) / unit;
    const lower = Math.floor(place);
    const upperPart = Math.min(Math.max((place - lower - 0.5) * spread + 0.5, 0), 1);
    const give = (at: number, part: number) => {
      if (at < 0 || at >= across || part === 0) return;
      given.push([byColumns === 1 ? at * columns + step : step * columns + at, length * part]);
    };
    give(lower, 1 - upperPart);
    give(lower + 1, upperPart);
  }
  return given.sort(([one], [other]) => one - other);
}

/** Slopes below its inverse are taken for it, so that a ray along the edge of pixels gives each of them half. */
export const steepest = 1024;
