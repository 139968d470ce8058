import { RondelError } from '@rondel/contracts';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { medianOf } from '../../sinogram/median.js';
import { repairRow, repairsOf, type Repair } from '../detector/bin-repair.js';
import type { AveragedFields } from './field-average.js';

/** A bin that sees less than this part of what is usual in its row says nothing. */
const leastGain = 0.01;

/**
 * Transmission (data - dark) / (white - dark), in place; dead bins, whose white is not above dark by a hundredth of what is
 * usual in their row, are interpolated linearly between the nearest live ones of the same detector row, or take the value
 * of the only neighbour at an edge.
 *
 * @param counts [frame, slice, angle, detector], overwritten.
 * @returns the number of dead bins. Throws `DATA_FORMAT` when all bins of a slice are dead.
 */
export function normalizeFlatField(
  counts: Float32Array,
  shape: SinogramShape,
  fields: Pick<AveragedFields, 'white' | 'dark'>,
): number {
  const { frames, slices, angles, detectors } = shape;
  let dead = 0;
  for (let slice = 0; slice < slices; slice++) {
    const dark = fields.dark.subarray(slice * detectors, (slice + 1) * detectors);
    const white = fields.white.subarray(slice * detectors, (slice + 1) * detectors);
    const gain = white.map((value, bin) => value - (dark[bin] ?? 0));
    const repairs = deadBinRepairs(gain, slice);
    dead += repairs.length;
    for (let frame = 0; frame < frames; frame++) {
      for (let angle = 0; angle < angles; angle++) {
        const start = ((frame * slices + slice) * angles + angle) * detectors;
        normalizeRow(counts.subarray(start, start + detectors), dark, gain);
        repairRow(counts.subarray(start, start + detectors), repairs);
      }
    }
  }
  return dead;
}

/** How bins of a slice are filled whose gain is not a hundredth of what is usual. Throws `DATA_FORMAT` where all are such. */
export function deadBinRepairs(gain: Float64Array, slice: number): Repair[] {
  const least = leastGain * Math.max(0, medianOf(gain));
  const dead = Array.from(gain.keys()).filter((bin) => !((gain[bin] ?? 0) > least));
  if (dead.length < gain.length) return repairsOf(dead, gain.length);
  throw new RondelError(
    'DATA_FORMAT',
    `The white field of slice ${slice + 1} is not above the dark field anywhere: the beam was off or the fields are swapped.`,
  );
}

/** (row - dark) / gain, in place; 0 where there is none. */
export function normalizeRow(row: Float32Array, dark: Float64Array, gain: Float64Array): void {
  for (let bin = 0; bin < row.length; bin++) {
    const scale = gain[bin] ?? 0;
    row[bin] = scale > 0 ? ((row[bin] ?? 0) - (dark[bin] ?? 0)) / scale : 0;
  }
}
