import { float32Array, type Dataset } from '@rondel/contracts';
import { imageAxes } from '../manifest/axes.js';
import { maskCircle } from '../reconstruction/circular-mask.js';
import { sinogramFacts } from '../reconstruction/image-dataset.js';
import { onPhysicalScale, valueUnitAttribute } from '../reconstruction/physical-scale.js';
import type { ConeExtents } from './cone-extents.js';

interface VolumeFacts {
  readonly frames: number;
  readonly volume: ConeExtents;
  readonly perLength: 'mm' | 'cm' | undefined;
  readonly reconMaskRadius: number | undefined;
}

/** Volumes [frame, slice, y, x] of values per mm, in place on the scale that the plan asks for, with their spacing in mm and the facts of their source. */
export function coneVolume(
  source: Dataset,
  volumes: Float32Array,
  { frames, volume: { slices, rows, columns, voxel }, perLength = 'mm', reconMaskRadius: radius }: VolumeFacts,
): Dataset {
  maskCircle(volumes, { shape: [rows, columns], axis: [(rows - 1) / 2, (columns - 1) / 2], radius });
  const frameSpacing = source.data.spacing?.length === 4 ? (source.data.spacing[0] ?? 1) : 1;
  const spacing = [frameSpacing, voxel, voxel, voxel];
  const attributes = Object.entries(source.attributes).filter(([name]) => !sinogramFacts.includes(name));
  const volume: Dataset = {
    data: { ...float32Array(volumes, [frames, slices, rows, columns], imageAxes, spacing), spacingUnit: 'mm' },
    companions: {},
    attributes: { ...Object.fromEntries(attributes), [valueUnitAttribute]: '1/mm' },
  };
  if (perLength === 'mm') return volume;
  return onPhysicalScale(volume, source, { pixelSize: undefined, values: { factor: 10, unit: '1/cm' } });
}
