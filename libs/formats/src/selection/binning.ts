import {
  elementCount,
  RondelError,
  type ArrayFacts,
  type Binning,
  type NdArray,
  type TypedArray,
} from '@rondel/contracts';

/** Projections that follow each other further apart have no mean that stands for one between them, rad. */
const mostApart = Math.PI / 6;

/** Neighbours along an axis that become one; 1 for those that are never binned. */
export function binnedAlong(axis: string, binning: Binning | undefined): number {
  return axis === 'detector' || axis === 'slice' || axis === 'angle' ? (binning?.[axis] ?? 1) : 1;
}

/** Whether a list of angles is binned, whose means go the short way around the circle. */
export function areAngles({ axes = [] }: Pick<ArrayFacts, 'axes'>): boolean {
  return axes.length === 1 && axes[0] === 'angle';
}

/** An array of `facts` whose entries are means of `factors` neighbours along each axis; sums in float64, left-over ones do not count. */
export function binArray(array: NdArray, facts: ArrayFacts, factors: readonly number[]): NdArray {
  const shape = array.shape.map((extent, axis) => Math.floor(extent / (factors[axis] ?? 1)));
  const data = areAngles(array) ? meanAngles(array.data, factors[0] ?? 1) : meanValues(array, shape, factors);
  return { ...facts, shape, data };
}

/**
 * Means of as many neighbours, on the short way around the circle; those that are left over do not count. Throws `INVALID_REQUEST` for
 * neighbours that are far from each other, as those of a scan by the golden angle are, and where one turn of several ends.
 */
export function meanAngles(angles: TypedArray, factor: number): Float64Array {
  return Float64Array.from({ length: Math.floor(angles.length / factor) }, (_, index) => {
    const first = angles[index * factor] ?? 0;
    let sum = 0;
    for (let at = index * factor; at < (index + 1) * factor; at++) {
      sum += shortWay((angles[at] ?? 0) - first);
      if (at > index * factor) requireNear(Math.abs(shortWay((angles[at] ?? 0) - (angles[at - 1] ?? 0))), factor);
    }
    return first + sum / factor;
  });
}

function shortWay(angle: number): number {
  return Math.atan2(Math.sin(angle), Math.cos(angle));
}

/** Throws `INVALID_REQUEST` where two of `factor` projections that become one are so far apart, rad, that their mean is none. */
export function requireNear(apart: number, factor: number): void {
  if (!(apart > mostApart)) return;
  throw new RondelError(
    'INVALID_REQUEST',
    `binning makes one of ${factor} projections that follow each other, but two of these are ${((apart * 180) / Math.PI).toFixed(1)} degrees apart, at most ${((mostApart * 180) / Math.PI).toFixed(0)} may be: their mean is no projection. Leave the third number of binning out; angle=::${factor} takes one of ${factor} instead.`,
  );
}

function meanValues({ data, shape }: NdArray, binned: readonly number[], factors: readonly number[]): Float32Array {
  const width = shape.at(-1) ?? 1;
  const factor = factors.at(-1) ?? 1;
  const columns = binned.at(-1) ?? 1;
  const outer = binned.slice(0, -1);
  const result = new Float32Array(elementCount(binned));
  const sums = new Float64Array(columns);
  const members = factors.slice(0, -1).reduce((product, each) => product * each, factor);
  for (let row = 0; row * columns < result.length; row++) {
    sums.fill(0);
    for (const source of rowsOfCell(row, { outer, shape, factors })) {
      for (let column = 0, at = source * width; column < columns; column++) {
        let sum = 0;
        for (let end = at + factor; at < end; at++) sum += data[at] ?? 0;
        sums[column] = (sums[column] ?? 0) + sum;
      }
    }
    for (let column = 0; column < columns; column++) result[row * columns + column] = (sums[column] ?? 0) / members;
  }
  return result;
}

interface Rows {
  /** Extents of the result but for its last axis. */
  readonly outer: readonly number[];
  readonly shape: readonly number[];
  readonly factors: readonly number[];
}

/** Which rows of the source become a row of the result. */
function rowsOfCell(row: number, { outer, shape, factors }: Rows): number[] {
  let rows = [0];
  let left = row;
  let stride = 1;
  for (let axis = outer.length - 1; axis >= 0; axis--) {
    const [extent = 1, factor = 1] = [outer[axis], factors[axis]];
    const first = (left % extent) * factor;
    left = Math.floor(left / extent);
    const step = stride;
    rows = rows.flatMap((at) => Array.from({ length: factor }, (_, each) => at + (first + each) * step));
    stride *= shape[axis] ?? 1;
  }
  return rows;
}
