import { RondelError, type NdArray } from '@rondel/contracts';
import { sparseSystem, type LinearSystem } from '@rondel/least-squares';
import type { ParameterNode, ParametersOf } from '@rondel/reco';
import type { sparseLoading } from '../manifest/sparse-loading.js';
import type { Scan } from '../reconstruction/scan.js';
import { triple, type Grid } from '../system-matrix/grid.js';
import { compressRows, type CompressedRows, type Compression } from './compressed-rows.js';
import type { UnitaryTransform } from './grid-transform.js';
import { unitaryTransform } from './unitary-transform.js';

type Loading = ParametersOf<typeof sparseLoading.properties>;

/** A system matrix in the dual: what is left of its rows, and what carries their unknowns to the image. */
export interface CompressedMatrix {
  readonly rows: CompressedRows;
  readonly transform: UnitaryTransform;
  /** Share of the coefficients that is kept. */
  readonly kept: number;
}

/** The properties of a node, if it reads a matrix to be compressed. */
export function sparseLoadingOf({ type, parameters }: ParameterNode): Loading | undefined {
  // A plan is checked against the definitions before its nodes get here.
  return type === 'SparseSystemMatrixLoadingParameter' ? (parameters as Loading) : undefined;
}

/**
 * The grid of the image: that of the calibration, or of what the drive field covers of it, with voxels no larger than there
 * and a whole number of them.
 */
export function sparseGrid(
  calibrated: Grid,
  { useDFFoV }: Loading,
  { strengths, gradient }: Scan,
  label: string,
): Grid {
  if (!useDFFoV) return calibrated;
  if (strengths.length === 0 || gradient.some((value) => value === 0) || gradient.length < 3) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `useDFFoV is true, but ${label} does not say its drive field and gradient. Set useDFFoV to false.`,
      { at: 'sfLoad.useDFFoV' },
    );
  }
  const fov = triple(
    gradient.map((slope, axis) => (2 * (strengths[axis] ?? 0)) / Math.abs(slope)),
    0,
  );
  const shape = triple(
    fov.map((length, axis) => {
      const [extent, whole] = [calibrated.shape[axis] ?? 1, calibrated.fov[axis] ?? 0];
      return whole === 0 ? 1 : Math.floor((extent * length) / whole + 1);
    }),
    1,
  );
  return { shape, fov, center: calibrated.center };
}

/**
 * Compresses a matrix [row, column], which has as many columns for each colour.
 *
 * Throws `PLAN_INVALID_VALUE` for lists of another length than there are colours.
 */
export function compressedMatrix(
  { data, shape: [rows = 0, columns = 0] }: NdArray<Float32Array>,
  loading: Loading,
  grid: Grid,
  colours: number,
): CompressedMatrix {
  const transform = unitaryTransform(loading.sparseTrafo, grid.shape);
  const compressed = compressRows({ rows, columns, data }, transform, compressions(loading, colours));
  return { rows: compressed, transform, kept: compressed.columnIndices.length / Math.max(1, rows * columns) };
}

export function openCompressed(
  { rows }: CompressedMatrix,
  options: { readonly signal: AbortSignal },
): Promise<LinearSystem> {
  return sparseSystem({ ...rows, complex: true }, options);
}

/** A sentence for the log. */
export function keptCoefficients({ kept, rows: { rows, columnIndices } }: CompressedMatrix): string {
  const percent = (100 * kept).toPrecision(3);
  return `${percent} % of the coefficients of the system matrix are kept, ${Math.round(columnIndices.length / rows)} of a row on average.`;
}

/** Squared norms of what is left of each row. */
export function keptNormsSquared({ rows: { rows, rowStarts, values } }: CompressedMatrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, row) =>
    values
      .subarray(2 * (rowStarts[row] ?? 0), 2 * (rowStarts[row + 1] ?? 0))
      .reduce((sum, value) => sum + value * value, 0),
  );
}

/** With a threshold anywhere, thresholds decide for all colours. */
function compressions({ thresh, redFactor }: Loading, colours: number): Compression[] {
  const ofColours = (name: string, value: number | readonly number[]) => {
    const list = typeof value === 'number' ? Array.from({ length: colours }, () => value) : value;
    if (list.length === colours) return list;
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `${name} must be a number or have one for each of the ${colours} system matrices, got ${list.length}.`,
      { at: `sfLoad.${name}` },
    );
  };
  const [levels, shares] = [ofColours('thresh', thresh), ofColours('redFactor', redFactor)];
  const byLevel = levels.some((level) => level > 0);
  return levels.map((level, colour) => ({ thresh: level, redFactor: byLevel ? 0 : (shares[colour] ?? 0) }));
}
