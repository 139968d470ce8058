import { float32Array, type Dataset } from '@rondel/contracts';
import { imageAxes } from '../manifest/axes.js';
import { axisAttributes } from '../sinogram/rotation-axis.js';
import type { ConeExtents } from './cone-extents.js';

const sinogramFacts: readonly string[] = [...Object.values(axisAttributes), 'quantity'];

/** Volumes [frame, slice, y, x] with their spacing in mm and the facts of their source. */
export function coneVolume(
  source: Dataset,
  volumes: Float32Array,
  { frames, volume: { slices, rows, columns, voxel } }: { readonly frames: number; readonly volume: ConeExtents },
): Dataset {
  const frameSpacing = source.data.spacing?.length === 4 ? (source.data.spacing[0] ?? 1) : 1;
  const spacing = [frameSpacing, voxel, voxel, voxel];
  return {
    data: { ...float32Array(volumes, [frames, slices, rows, columns], imageAxes, spacing), spacingUnit: 'mm' },
    companions: {},
    attributes: Object.fromEntries(Object.entries(source.attributes).filter(([name]) => !sinogramFacts.includes(name))),
  };
}
