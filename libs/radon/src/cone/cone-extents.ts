import type { ParameterNode } from '@rondel/reco';

type Parameters = ParameterNode['parameters'];

/** Columns and rows of a detector. */
export interface DetectorExtents {
  readonly bins: number;
  readonly binRows: number;
}

/** A volume of cubes. */
export interface ConeExtents {
  readonly rows: number;
  readonly columns: number;
  readonly slices: number;
  /** mm */
  readonly voxel: number;
}

/** The volume that a geometry asks for; undefined as long as it does not say how large. */
export function coneExtents(parameters: Parameters, { bins, binRows }: DetectorExtents): ConeExtents | undefined {
  const { shape, detectorPixel } = parameters;
  const voxel = voxelOf(parameters);
  const [pitch, rowPitch] = Array.isArray(detectorPixel) ? detectorPixel.map(Number) : [];
  const magnified = pitch === undefined || rowPitch === undefined ? 1 : rowPitch / pitch;
  const seen = binRows === 1 ? 1 : Math.max(1, Math.round(binRows * magnified));
  if (voxel === undefined) return undefined;
  const [columns = bins, rows = bins, slices = seen] = Array.isArray(shape) ? shape.map(Number) : [];
  return { rows, columns, slices, voxel };
}

function voxelOf({ voxel, detectorPixel, sourceOrigin, sourceDetector }: Parameters): number | undefined {
  if (typeof voxel === 'number') return voxel;
  const [pitch] = Array.isArray(detectorPixel) ? detectorPixel.map(Number) : [];
  if (pitch === undefined || typeof sourceOrigin !== 'number' || typeof sourceDetector !== 'number') return undefined;
  return (pitch * sourceOrigin) / sourceDetector;
}
