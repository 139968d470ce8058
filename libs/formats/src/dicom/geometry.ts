import type { NdArray } from '@rondel/contracts';
import { decimalString } from './rescale.js';

/** Lengths in mm, by the unit of a spacing. */
const millimetres: Readonly<Record<string, number>> = { m: 1000, mm: 1, um: 1e-3, µm: 1e-3 };

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
  const unit = millimetres[spacingUnit];
  if (unit === undefined) return undefined;
  const [x = NaN, y = NaN, z = NaN] = [-1, -2, -3].map((axis) => stepAt(spacing, axis, unit));
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

function stepAt(spacing: readonly number[], axis: number, unit: number): number {
  const step = (spacing.at(axis) ?? NaN) * unit;
  return Number.isFinite(step) && step > 0 ? step : NaN;
}
