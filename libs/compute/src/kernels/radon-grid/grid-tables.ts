import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { tapWidth, type GridSize } from './grid-size.js';

/** Weights are tabulated for so many fractions of a cell and taken linearly between them: to 1e-5 of the largest. */
const fractions = 256;
const tapsPerRow = 8;

/** Shape of the Kaiser-Bessel window for this width and an image that fills 1 / 1.25 of its period (Beatty et al. 2005, eq. 5). */
const beta = Math.PI * Math.sqrt((tapWidth / 1.25) ** 2 * (1.25 - 0.5) ** 2 - 0.8);

/** Modified Bessel function of order 0, by its power series. */
function besselI0(x: number): number {
  let [sum, term] = [1, 1];
  for (let n = 1; term > 1e-17 * sum; n++) {
    term *= (x / (2 * n)) ** 2;
    sum += term;
  }
  return sum;
}

/** The window at a distance in cells. */
export function tap(distance: number): number {
  const inside = 1 - (distance / (tapWidth / 2)) ** 2;
  return inside < 0 ? 0 : besselI0(beta * Math.sqrt(inside)) / besselI0(beta);
}

/** Its Fourier transform at a frequency in cycles per cell, below `beta / (pi tapWidth)`. */
export function tapTransform(frequency: number): number {
  const root = Math.sqrt(beta ** 2 - (Math.PI * tapWidth * frequency) ** 2);
  return (tapWidth * Math.sinh(root)) / (root * besselI0(beta));
}

/** [fraction][cell]: weights of the cells from `tapWidth / 2 - fraction` below a sample on, and one more row. */
export function tapTable(): Float32Array {
  return Float32Array.from({ length: (fractions + 2) * tapsPerRow }, (_, at) => {
    const cell = at % tapsPerRow;
    return cell < tapWidth ? tap(Math.floor(at / tapsPerRow) / fractions - tapWidth / 2 + cell) : 0;
  });
}

/** By what pixels along an axis are multiplied, in the order of rows or columns: the window's transform is taken out. */
export function pixelFactors(pixels: number, cells: number): Float32Array {
  const middle = Math.floor(pixels / 2);
  return Float32Array.from({ length: pixels }, (_, index) => 1 / tapTransform((index - middle) / cells));
}

/**
 * What each frequency of a row is multiplied with, complex: the transform of linear interpolation between bins, sinc^2, the
 * phase that puts the axis at 0, and 1 / rowLength for the sum over frequencies. Frequency 0 stands for itself and its mirror image.
 */
export function radialFactors({ center }: ParallelGeometry, { rowLength, radial }: GridSize): Float32Array {
  const factors = new Float32Array(2 * radial);
  for (let j = 0; j < radial; j++) {
    const frequency = j / rowLength;
    const sinc = j === 0 ? 1 : Math.sin(Math.PI * frequency) / (Math.PI * frequency);
    const size = (sinc * sinc * (j === 0 ? 0.5 : 1)) / rowLength;
    const phase = 2 * Math.PI * frequency * center;
    factors.set([size * Math.cos(phase), size * Math.sin(phase)], 2 * j);
  }
  return factors;
}

/** exp(2 pi i k / length), complex. */
export function rootTable(length: number): Float32Array {
  return Float32Array.from({ length: 2 * length }, (_, at) => {
    const angle = (2 * Math.PI * (at >> 1)) / length;
    return at % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
  });
}

/** Samples of an angle that lie on a straight line across the half grid. */
export interface LineSegment {
  readonly angle: number;
  /** Place of sample 0, if the line reached it, and the step from sample to sample, in cells. */
  readonly start: readonly [x: number, y: number];
  readonly step: readonly [x: number, y: number];
  /** First sample and the one after the last. */
  readonly begin: number;
  readonly end: number;
  /** Whether the samples are taken complex conjugate, as those of the opposite direction. */
  readonly conjugate: boolean;
}

/** Steps below this are none: 1e-9 cells times 2^18 samples move nothing. */
const leastStep = 1e-9;

/**
 * An angle's samples as lines across the half of the grid with 0 <= x <= grid / 2 and 0 <= y < grid. Beyond, the grid repeats, and
 * its other half is the mirror image of this one: a line goes to and fro, complex conjugate on its way back.
 */
export function segmentsOf(angle: number, index: number, { rowLength, radial, grid }: GridSize): LineSegment[] {
  const [gridX, gridY] = grid;
  const turned = Math.cos(angle) < 0;
  const sign = turned ? -1 : 1;
  const stepX = small((sign * Math.cos(angle) * gridX) / rowLength);
  const stepY = small((sign * Math.sin(angle) * gridY) / rowLength);
  const segments: LineSegment[] = [];
  let begin = 0;
  for (let way = 0; begin < radial; way++) {
    const end = stepX === 0 ? radial : Math.min(radial, Math.floor(((way + 1) * gridX) / 2 / stepX) + 1);
    const back = way % 2 === 1;
    const startX = (back ? 1 : -1) * Math.ceil(way / 2) * gridX;
    const step = back ? ([-stepX, -stepY] as const) : ([stepX, stepY] as const);
    const line = { angle: index, start: [startX, 0] as const, step, begin, end, conjugate: turned !== back };
    segments.push(...wrapped(line, gridY));
    begin = Math.max(begin, end);
  }
  return segments;
}

function small(step: number): number {
  return Math.abs(step) < leastStep ? 0 : step;
}

/** A line in pieces that each lie in 0 <= y < gridY. */
function wrapped(line: LineSegment, gridY: number): LineSegment[] {
  const [startX, startY] = line.start;
  const [, stepY] = line.step;
  const pieces: LineSegment[] = [];
  for (let begin = line.begin; begin < line.end;) {
    const turns = Math.floor((startY + begin * stepY) / gridY);
    let end = line.end;
    if (stepY !== 0) {
      const edge = stepY > 0 ? (turns + 1) * gridY : turns * gridY;
      end = Math.min(line.end, Math.max(begin + 1, Math.floor((edge - startY) / stepY) + 1));
      while (end > begin + 1 && Math.floor((startY + (end - 1) * stepY) / gridY) !== turns) end--;
    }
    pieces.push({ ...line, start: [startX, startY - turns * gridY], begin, end });
    begin = end;
  }
  return pieces;
}

export const segmentBytes = 64;

/** As assembly/grid-spread.ts reads them. */
export function segmentTable(segments: readonly LineSegment[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(Math.max(1, segments.length) * segmentBytes));
  segments.forEach(({ angle, start, step, begin, end, conjugate }, index) => {
    const at = index * segmentBytes;
    const numbers = [start[0], step[0], start[1], step[1], ...step.map((value) => (value === 0 ? 0 : 1 / value))];
    numbers.forEach((value, field) => view.setFloat64(at + 8 * field, value, true));
    view.setInt32(at + 48, begin, true);
    view.setInt32(at + 52, end, true);
    view.setFloat32(at + 56, conjugate ? -1 : 1, true);
    view.setInt32(at + 60, angle, true);
  });
  return new Uint8Array(view.buffer);
}
