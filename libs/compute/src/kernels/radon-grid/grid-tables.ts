import type { ParallelGeometry } from '../projection/parallel-geometry.js';
import { oversampling, tapWidth, type GridSize } from './grid-size.js';

/** Weights are tabulated for so many fractions of a cell and taken linearly between them: to 1e-5 of the largest. */
const fractions = 256;

/** Shape of the Kaiser-Bessel window for this width and an image that fills that part of its period (Beatty et al. 2005, eq. 5). */
const beta = Math.PI * Math.sqrt((tapWidth / oversampling) ** 2 * (oversampling - 0.5) ** 2 - 0.8);

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

const tapDegree = 7;

/**
 * The same as a polynomial in 1 - (distance / half its width)^2, from the constant on: Newton's interpolation at Chebyshev's places,
 * to 5e-7 of the largest weight.
 */
export function tapPolynomial(): Float64Array {
  const places = Float64Array.from(
    { length: tapDegree + 1 },
    (_, n) => (1 + Math.cos((Math.PI * (n + 0.5)) / (tapDegree + 1))) / 2,
  );
  const differences = places.map((place) => besselI0(beta * Math.sqrt(place)) / besselI0(beta));
  for (let order = 1; order <= tapDegree; order++) {
    for (let n = tapDegree; n >= order; n--) {
      const rise = (differences[n] ?? 0) - (differences[n - 1] ?? 0);
      differences[n] = rise / ((places[n] ?? 0) - (places[n - order] ?? 0));
    }
  }
  const factors = new Float64Array(tapDegree + 1);
  for (let n = tapDegree; n >= 0; n--) {
    for (let power = tapDegree; power >= 0; power--) {
      factors[power] = (factors[power - 1] ?? 0) - (places[n] ?? 0) * (factors[power] ?? 0);
    }
    factors[0] = (factors[0] ?? 0) + (differences[n] ?? 0);
  }
  return factors;
}

/** Its Fourier transform at a frequency in cycles per cell, below `beta / (pi tapWidth)`. */
export function tapTransform(frequency: number): number {
  const root = Math.sqrt(beta ** 2 - (Math.PI * tapWidth * frequency) ** 2);
  return (tapWidth * Math.sinh(root)) / (root * besselI0(beta));
}

/** [fraction][cell]: weights of the cells from the one before that in which a sample lies, so far from its beginning; one row more. */
export function tapTable(): Float32Array {
  return Float32Array.from({ length: (fractions + 1) * tapWidth }, (_, at) => {
    const cell = at % tapWidth;
    return tap(cell - 1 - Math.floor(at / tapWidth) / fractions);
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

/** The same as assembly/grid-spread.ts takes them, [re re -im im] of each. */
export function sampleFactors(geometry: ParallelGeometry, size: GridSize): Float32Array {
  const factors = radialFactors(geometry, size);
  const signs = [1, 1, -1, 1];
  return Float32Array.from({ length: 2 * factors.length }, (_, at) => {
    const part = at % 4 < 2 ? 0 : 1;
    return (signs[at % 4] ?? 0) * (factors[2 * Math.floor(at / 4) + part] ?? 0);
  });
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
  /** Whether the row's own frequencies are read backwards and complex conjugate, and which one is that of sample 0. */
  readonly mirrored: boolean;
  readonly frequency: number;
}

/** Steps below this are none: 1e-9 cells times 2^18 samples move nothing. */
const leastStep = 1e-9;

/**
 * An angle's samples as lines across the half of the grid with 0 <= x <= grid / 2 and 0 <= y < grid. Beyond, the grid repeats, and
 * its other half is the mirror image of this one: a line goes to and fro, complex conjugate on its way back.
 */
export function segmentsOf(
  angle: number,
  index: number,
  { rowLength, radial, frequencies, grid }: GridSize,
): LineSegment[] {
  const [gridX, gridY] = grid;
  const turned = Math.cos(angle) < 0;
  const sign = turned ? -1 : 1;
  const stepX = small((sign * Math.cos(angle) * gridX) / rowLength);
  const stepY = small((sign * Math.sin(angle) * gridY) / rowLength);
  const segments: LineSegment[] = [];
  let begin = 0;
  const keep = (segment: LineSegment) => segments.push(segment);
  for (let way = 0; begin < radial; way++) {
    const end = stepX === 0 ? radial : Math.min(radial, Math.floor(((way + 1) * gridX) / 2 / stepX) + 1);
    const back = way % 2 === 1;
    const startX = (back ? 1 : -1) * Math.ceil(way / 2) * gridX;
    const step = back ? ([-stepX, -stepY] as const) : ([stepX, stepY] as const);
    const line = { angle: index, start: [startX, 0] as const, step, begin, end, conjugate: turned !== back };
    eachPeriod(line, { rowLength, frequencies }, (part) => eachWrapped(part, gridY, keep));
    begin = Math.max(begin, end);
  }
  return segments;
}

function small(step: number): number {
  return Math.abs(step) < leastStep ? 0 : step;
}

type Line = Omit<LineSegment, 'mirrored' | 'frequency'>;
type Keep = (segment: LineSegment) => void;

/** A line in parts of which each has a row's own frequencies in one direction. */
function eachPeriod(
  line: Line,
  { rowLength, frequencies }: Pick<GridSize, 'rowLength' | 'frequencies'>,
  keep: Keep,
): void {
  for (let begin = line.begin; begin < line.end;) {
    const turn = Math.floor(begin / rowLength) * rowLength;
    const mirrored = begin - turn >= frequencies;
    const end = Math.min(line.end, turn + (mirrored ? rowLength : frequencies));
    keep(segmentOf(line, { start: line.start, begin, end, mirrored, frequency: mirrored ? turn + rowLength : -turn }));
    begin = end;
  }
}

/** A line in pieces that each lie in 0 <= y < gridY. */
function eachWrapped(line: LineSegment, gridY: number, keep: Keep): void {
  const [startX, startY] = line.start;
  const [, stepY] = line.step;
  const { mirrored, frequency } = line;
  for (let begin = line.begin; begin < line.end;) {
    const turns = Math.floor((startY + begin * stepY) / gridY);
    let end = line.end;
    if (stepY !== 0) {
      const edge = stepY > 0 ? (turns + 1) * gridY : turns * gridY;
      end = Math.min(line.end, Math.max(begin + 1, Math.floor((edge - startY) / stepY) + 1));
      while (end > begin + 1 && Math.floor((startY + (end - 1) * stepY) / gridY) !== turns) end--;
    }
    keep(segmentOf(line, { start: [startX, startY - turns * gridY], begin, end, mirrored, frequency }));
    begin = end;
  }
}

/** Written out: there are tens of thousands of them, and a spread takes many times as long. */
function segmentOf(
  { angle, step, conjugate }: Line,
  { start, begin, end, mirrored, frequency }: Omit<LineSegment, 'angle' | 'step' | 'conjugate'>,
): LineSegment {
  return { angle, start, step, begin, end, conjugate, mirrored, frequency };
}

const segmentBytes = 48;

/** As assembly/grid-spread.ts reads them. */
export function segmentTable(segments: readonly LineSegment[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(segments.length * segmentBytes));
  segments.forEach(({ angle, start, step, conjugate, mirrored, frequency }, index) => {
    const at = index * segmentBytes;
    [start[0], step[0], start[1], step[1]].forEach((value, field) =>
      view.setBigInt64(at + 8 * field, BigInt(Math.round(value * 2 ** 32)), true),
    );
    view.setFloat32(at + 32, conjugate ? -1 : 1, true);
    view.setInt32(at + 36, angle, true);
    view.setFloat32(at + 40, mirrored ? -1 : 1, true);
    view.setInt32(at + 44, frequency, true);
  });
  return new Uint8Array(view.buffer);
}

/** Samples of lines by the tile of the grid that they lie in. */
export interface TilePieces {
  /** Segment, first sample and the one after the last of each piece, tile by tile: [y][x]. */
  readonly pieces: Uint32Array;
  /** Number of the first piece of each tile, and the number of all. */
  readonly starts: Uint32Array;
}

/** @param tiles of `side` cells along x and y. */
export function tilePieces(
  segments: readonly LineSegment[],
  side: number,
  [tilesX, tilesY]: readonly [number, number],
): TilePieces {
  const starts = new Uint32Array(tilesX * tilesY + 1);
  // Tile, segment, begin and end of each piece, in memory that doubles: there are hundreds of thousands.
  let found = new Uint32Array(4096);
  let used = 0;
  for (let index = 0; index < segments.length; index++) {
    const segment = segments[index];
    if (segment === undefined) continue;
    const { start, step } = segment;
    for (let begin = segment.begin; begin < segment.end;) {
      const x = tileAt(start[0] + begin * step[0], side, tilesX);
      const y = tileAt(start[1] + begin * step[1], side, tilesY);
      const alongX = leaving(start[0], step[0], x * side, side);
      const alongY = leaving(start[1], step[1], y * side, side);
      const end = Math.min(segment.end, Math.max(begin + 1, Math.min(alongX, alongY)));
      if (used === found.length) {
        const larger = new Uint32Array(2 * used);
        larger.set(found);
        found = larger;
      }
      const tile = y * tilesX + x;
      found[used++] = tile;
      found[used++] = index;
      found[used++] = begin;
      found[used++] = end;
      starts[tile + 1] = (starts[tile + 1] ?? 0) + 1;
      begin = end;
    }
  }
  for (let tile = 0; tile < tilesX * tilesY; tile++) starts[tile + 1] = (starts[tile + 1] ?? 0) + (starts[tile] ?? 0);
  return { pieces: sortedByTile(found.subarray(0, used), starts), starts };
}

function sortedByTile(found: Uint32Array, starts: Uint32Array): Uint32Array {
  const pieces = new Uint32Array((found.length / 4) * 3);
  const next = starts.slice();
  for (let at = 0; at < found.length; at += 4) {
    const tile = found[at] ?? 0;
    const place = next[tile] ?? 0;
    next[tile] = place + 1;
    pieces[3 * place] = found[at + 1] ?? 0;
    pieces[3 * place + 1] = found[at + 2] ?? 0;
    pieces[3 * place + 2] = found[at + 3] ?? 0;
  }
  return pieces;
}

/** The tile of a place along an axis; rounding may put those at the ends a hair beside. */
function tileAt(place: number, side: number, tiles: number): number {
  return Math.min(Math.max(Math.floor(place / side), 0), tiles - 1);
}

/** The first sample that has left the tile from `low` on along an axis. */
function leaving(start: number, step: number, low: number, side: number): number {
  if (step === 0) return Infinity;
  return step > 0 ? Math.ceil((low + side - start) / step) : Math.floor((low - start) / step) + 1;
}
