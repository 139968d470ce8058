import type { UnitaryTransformName } from './transform-names.js';

/** Transforms that are a matrix along each axis. */
export type AxisTransformName = Exclude<UnitaryTransformName, 'Wavelet'>;

/** The n x n matrix of a transform along an axis of n pixels, [row, column] row by row. */
export interface AxisMatrix {
  readonly extent: number;
  readonly re: Float64Array;
  /** Absent where all are 0. */
  readonly im: Float64Array | undefined;
}

/** Entry of row k, column j, for n > 1. */
type AxisEntry = (k: number, j: number, n: number) => readonly [re: number, im: number];

/**
 * The matrices. Fourier: centred, zero frequency and origin at floor(n / 2), scaled by 1/sqrt(n). Cosine and sine: the
 * orthonormal forms of types I to IV and II, as SciPy has them with `norm='ortho'` and `orthogonalize`.
 */
const axisEntries: Record<AxisTransformName, AxisEntry> = {
  FFT: (k, j, n) => {
    const centre = Math.floor(n / 2);
    const turn = (((k - centre) * (j - centre)) % n) / n;
    return [Math.cos(2 * Math.PI * turn) / Math.sqrt(n), -Math.sin(2 * Math.PI * turn) / Math.sqrt(n)];
  },
  'DCT-I': (k, j, n) => {
    const end = (index: number) => (index === 0 || index === n - 1 ? Math.SQRT1_2 : 1);
    return [Math.sqrt(2 / (n - 1)) * end(k) * end(j) * Math.cos((Math.PI * k * j) / (n - 1)), 0];
  },
  'DCT-II': (k, j, n) => [cosineTwo(k, j, n), 0],
  'DCT-III': (k, j, n) => [cosineTwo(j, k, n), 0],
  'DCT-IV': (k, j, n) => [Math.sqrt(2 / n) * Math.cos((Math.PI * (2 * j + 1) * (2 * k + 1)) / (4 * n)), 0],
  DST: (k, j, n) => {
    const end = k === n - 1 ? Math.SQRT1_2 : 1;
    return [Math.sqrt(2 / n) * end * Math.sin((Math.PI * (2 * j + 1) * (k + 1)) / (2 * n)), 0];
  },
};

function cosineTwo(k: number, j: number, n: number): number {
  return Math.sqrt(2 / n) * (k === 0 ? Math.SQRT1_2 : 1) * Math.cos((Math.PI * (2 * j + 1) * k) / (2 * n));
}

/** @param extent n > 1: an axis of one pixel is left as it is. */
export function axisMatrix(name: AxisTransformName, extent: number): AxisMatrix {
  const entry = axisEntries[name];
  const re = new Float64Array(extent * extent);
  const im = new Float64Array(extent * extent);
  for (let k = 0; k < extent; k++) {
    for (let j = 0; j < extent; j++) [re[k * extent + j], im[k * extent + j]] = entry(k, j, extent);
  }
  return { extent, re, im: im.some((value) => value !== 0) ? im : undefined };
}
