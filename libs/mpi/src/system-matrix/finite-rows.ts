import { RondelError, type NdArray } from '@rondel/contracts';
import { firstNotFinite, namedRow } from '../frequencies/named-row.js';
import type { FrequencyRows } from '../frequencies/rows.js';
import type { Calibration } from './calibration.js';

/**
 * Throws `DATA_FORMAT` for NaN and infinite values in rows of a system matrix [row, voxel], as they are solved: it names file,
 * channel, frequency and voxel.
 */
export function requireFiniteRows(
  { data, shape: [, voxels = 1] }: NdArray<Float32Array>,
  { frequencies, channels }: FrequencyRows,
  { calibration, grouping }: { readonly calibration: Calibration; readonly grouping: number },
): void {
  const wrong = firstNotFinite(data);
  if (wrong === -1) return;
  const place = Math.floor(wrong / 2);
  const row = Math.floor(place / voxels) % Math.max(1, frequencies.length);
  const voxel = place % voxels;
  const { file, grid, voxelFrames } = calibration;
  const [x, y] = grid.shape;
  const at = [voxel % x, Math.floor(voxel / x) % y, Math.floor(voxel / (x * y))].map((index) => index + 1);
  const named = namedRow(frequencies[row] ?? 0, channels[row] ?? 0, { ...file.facts, grouping });
  throw new RondelError(
    'DATA_FORMAT',
    `${file.label}: ${named} of voxel [${at.join(', ')}], frame ${(voxelFrames[voxel] ?? 0) + 1} of the file, is ${String(data[wrong])}, which is not finite. Write the calibration again, or leave this row out with freqFilter.`,
    { at: 'sf' },
  );
}
