import type { SparseTransformName } from './transform-names.js';

/** Voxels along x, y and z; x varies fastest in an image. */
export type GridShape = readonly [x: number, y: number, z: number];

/**
 * A unitary map B of complex images, real and imaginary parts interleaved, along every axis of the grid with more than one
 * voxel. An image may hold several grids one after the other, which are mapped each for itself.
 */
export interface UnitaryTransform {
  readonly name: SparseTransformName;
  /** `image` becomes B `image`. */
  readonly forward: (image: Float32Array | Float64Array) => void;
  /** `image` becomes B* `image`, which undoes `forward`. */
  readonly adjoint: (image: Float32Array | Float64Array) => void;
  /** `image` becomes Bᵀ `image`: the adjoint without conjugation, which carries rows of a matrix into the dual. */
  readonly transpose: (image: Float32Array | Float64Array) => void;
}

/** Entry of the n x n matrix of a transform along one axis, row k, column j, for n > 1. */
type AxisEntry = (k: number, j: number, n: number) => readonly [re: number, im: number];

/**
 * The matrices. Fourier: centred, zero frequency and origin at floor(n / 2), scaled by 1/sqrt(n). Cosine and sine: the
 * orthonormal forms of types I to IV and II, as SciPy has them with `norm='ortho'` and `orthogonalize`.
 */
const axisEntries: Record<SparseTransformName, AxisEntry> = {
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

/**
 * The transform on grids of this shape. It multiplies by an n x n matrix along an axis of n voxels and sums in float64:
 * for the grids of calibrations, tens of voxels wide, no slower than a fast transform that works for every n.
 */
export function unitaryTransform(name: SparseTransformName, shape: GridShape): UnitaryTransform {
  const axes = shape.flatMap((extent, axis) =>
    extent === 1 ? [] : [{ stride: strideOf(shape, axis), ...axisMatrix(axisEntries[name], extent) }],
  );
  const voxels = shape[0] * shape[1] * shape[2];
  const mapAll = (image: Float32Array | Float64Array, form: MatrixForm) => {
    if (image.length === 0 || image.length % (2 * voxels) !== 0) {
      throw new RangeError(`${image.length / 2} complex values are no whole number of grids of ${voxels} voxels.`);
    }
    for (const axis of axes) mapAlong(image, axis, form);
  };
  return {
    name,
    forward: (image) => mapAll(image, { transposed: false, conjugated: false }),
    adjoint: (image) => mapAll(image, { transposed: true, conjugated: true }),
    transpose: (image) => mapAll(image, { transposed: true, conjugated: false }),
  };
}

interface MatrixForm {
  readonly transposed: boolean;
  readonly conjugated: boolean;
}

interface AxisMatrix {
  readonly extent: number;
  /** [row, column], row by row; imaginary parts are absent where all are 0. */
  readonly re: Float64Array;
  readonly im: Float64Array | undefined;
}

function strideOf(shape: GridShape, axis: number): number {
  return shape.slice(0, axis).reduce((product, extent) => product * extent, 1);
}

function axisMatrix(entry: AxisEntry, extent: number): AxisMatrix {
  const re = new Float64Array(extent * extent);
  const im = new Float64Array(extent * extent);
  for (let k = 0; k < extent; k++) {
    for (let j = 0; j < extent; j++) [re[k * extent + j], im[k * extent + j]] = entry(k, j, extent);
  }
  return { extent, re, im: im.some((value) => value !== 0) ? im : undefined };
}

/** Multiplies every line of the image along one axis by the axis' matrix, in place. */
function mapAlong(
  image: Float32Array | Float64Array,
  { extent, stride, re, im }: AxisMatrix & { readonly stride: number },
  { transposed, conjugated }: MatrixForm,
): void {
  const line = new Float64Array(2 * extent);
  const [rowStep, columnStep] = transposed ? [1, extent] : [extent, 1];
  const sign = conjugated ? -1 : 1;
  const span = extent * stride;
  for (let block = 0; block < image.length / 2; block += span) {
    for (let offset = block; offset < block + stride; offset++) {
      for (let j = 0; j < extent; j++) {
        line[2 * j] = image[2 * (offset + j * stride)] ?? 0;
        line[2 * j + 1] = image[2 * (offset + j * stride) + 1] ?? 0;
      }
      for (let k = 0; k < extent; k++) {
        let sumRe = 0;
        let sumIm = 0;
        for (let j = 0; j < extent; j++) {
          const place = k * rowStep + j * columnStep;
          const a = re[place] ?? 0;
          const b = im === undefined ? 0 : sign * (im[place] ?? 0);
          const x = line[2 * j] ?? 0;
          const y = line[2 * j + 1] ?? 0;
          sumRe += a * x - b * y;
          sumIm += a * y + b * x;
        }
        image[2 * (offset + k * stride)] = sumRe;
        image[2 * (offset + k * stride) + 1] = sumIm;
      }
    }
  }
}
