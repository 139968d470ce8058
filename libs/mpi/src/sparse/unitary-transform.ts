import { axisMatrix, type AxisMatrix } from '@rondel/compute';
import type { UnitaryTransformName } from '@rondel/compute/transforms';
import type { GridShape, UnitaryTransform } from './grid-transform.js';
import { waveletTransform } from './wavelet-transform.js';

/**
 * The transform on grids of this shape. It multiplies by an n x n matrix along an axis of n voxels and sums in float64:
 * for the grids of calibrations, tens of voxels wide, no slower than a fast transform that works for every n.
 */
export function unitaryTransform(name: UnitaryTransformName, shape: GridShape): UnitaryTransform {
  if (name === 'Wavelet') return waveletTransform(shape);
  const axes = shape.flatMap((extent, axis) =>
    extent === 1 ? [] : [{ stride: strideOf(shape, axis), ...axisMatrix(name, extent) }],
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

function strideOf(shape: GridShape, axis: number): number {
  return shape.slice(0, axis).reduce((product, extent) => product * extent, 1);
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
