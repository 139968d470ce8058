import { lengthUnit, millimetresOf, type NdArray } from '@rondel/contracts';
import { decimalString } from './rescale.js';

/** Where the planes lie, as functional groups of PS3.3 C.7.6.16.2. */
export interface Geometry {
  readonly shared: object;
  readonly plane: (slice: number) => object;
}

interface Extents {
  readonly slices: number;
  readonly height: number;
  readonly width: number;
}

/**
 * Planes in the patient's axes of DICOM (x to the left, y to the back, z up), where the NIfTI file of the same image has them:
 * columns to the right, rows to the back, slices up, about the pixel (size // 2) of every axis. Where the patient really lay is not
 * known. Undefined where the spacing counts pixels.
 */
export function geometryOf(
  { spacing = [], spacingUnit = '1' }: Pick<NdArray, 'spacing' | 'spacingUnit'>,
  { slices, height, width }: Extents,
): Geometry | undefined {
  const unit = lengthUnit(spacingUnit);
  if (unit === undefined) return undefined;
  const [x = NaN, y = NaN, z = NaN] = [-1, -2, -3].map((axis) => stepAt(spacing, axis, millimetresOf[unit]));
  if (Number.isNaN(x) || Number.isNaN(y) || (Number.isNaN(z) && slices > 1)) return undefined;
  const depth = Number.isNaN(z) ? undefined : decimalString(z);
  const across = [Math.floor(width / 2) * x, -Math.floor(height / 2) * y].map(decimalString);
  return {
    shared: {
      PlaneOrientationSequence: [{ ImageOrientationPatient: ['-1', '0', '0', '0', '1', '0'] }],
      PixelMeasuresSequence: [
        {
          PixelSpacing: [decimalString(y), decimalString(x)],
          ...(depth !== undefined && { SliceThickness: depth, SpacingBetweenSlices: depth }),
        },
      ],
    },
    plane: (slice) => {
      const up = depth === undefined ? 0 : (slice - Math.floor(slices / 2)) * Number(depth);
      return { PlanePositionSequence: [{ ImagePositionPatient: [...across, decimalString(up)] }] };
    },
  };
}

function stepAt(spacing: readonly number[], axis: number, millimetres: number): number {
  const step = (spacing.at(axis) ?? NaN) * millimetres;
  return Number.isFinite(step) && step > 0 ? step : NaN;
}
