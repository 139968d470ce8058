import { RondelError, type Dataset, type NdArray } from '@rondel/contracts';
import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { repairRow } from '../detector/bin-repair.js';
import { deadBinRepairs, normalizeRow } from './flat-field.js';

/** White fields that were taken at one time, [slice, sample, detector]. */
export interface WhiteGroup {
  /** Projections that were taken before. */
  readonly position: number;
  readonly white: NdArray;
}

/** The same, averaged: float64 [slice, detector]. */
export interface WhiteAtTime {
  readonly position: number;
  readonly white: Float64Array;
}

/** The samples of the white field by when they were taken. Throws `PLAN_MISSING_PROPERTY` and `DATA_SHAPE_MISMATCH`. */
export function whiteGroups(input: Dataset, white: NdArray, given: readonly number[] | undefined): WhiteGroup[] {
  const positions = given ?? carriedPositions(input);
  const samples = white.shape[1] ?? 0;
  if (positions === undefined) {
    throw new RondelError(
      'PLAN_MISSING_PROPERTY',
      `The white field cannot be interpolated over time: nobody says when its ${samples} samples were taken. Set flatPosition to the number of projections before each of them, or overTime to none.`,
      { at: 'flatPosition' },
    );
  }
  if (positions.length !== samples) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `flatPosition must have one number for each sample of the white field, ${samples}, got ${positions.length}.`,
      { at: 'flatPosition' },
    );
  }
  const times = [...new Set(positions)].sort((a, b) => a - b);
  return times.map((position) => ({
    position,
    white: samplesOf(
      white,
      [...positions.keys()].filter((sample) => positions[sample] === position),
    ),
  }));
}

function carriedPositions({ attributes: { flatPosition } }: Dataset): number[] | undefined {
  if (!Array.isArray(flatPosition)) return undefined;
  const positions = flatPosition.filter((position) => typeof position === 'number');
  return positions.length === flatPosition.length ? positions : undefined;
}

function samplesOf(white: NdArray, samples: readonly number[]): NdArray {
  const [slices = 0, count = 0, detectors = 0] = white.shape;
  const data = new Float32Array(slices * samples.length * detectors);
  for (let slice = 0; slice < slices; slice++) {
    samples.forEach((sample, at) => {
      const start = (slice * count + sample) * detectors;
      data.set(white.data.subarray(start, start + detectors), (slice * samples.length + at) * detectors);
    });
  }
  return { ...white, dtype: 'float32', shape: [slices, samples.length, detectors], data };
}

/**
 * Transmission (data - dark) / (white - dark), in place, with the white field at the time of each projection: linearly between
 * those before and after it, or the nearest. Dead bins, as those of `normalizeFlatField`, are such in any of them.
 *
 * @param counts [frame, slice, angle, detector]
 * @returns the number of dead bins.
 */
export function normalizeOverTime(
  counts: Float32Array,
  { frames, slices, angles, detectors }: SinogramShape,
  {
    groups,
    dark,
    overTime,
  }: { readonly groups: readonly WhiteAtTime[]; readonly dark: Float64Array; readonly overTime: 'linear' | 'nearest' },
): number {
  let dead = 0;
  for (let slice = 0; slice < slices; slice++) {
    const own = dark.subarray(slice * detectors, (slice + 1) * detectors);
    const gains = groups.map(({ white }) =>
      white.slice(slice * detectors, (slice + 1) * detectors).map((value, bin) => value - (own[bin] ?? 0)),
    );
    const least = own.map((_, bin) => Math.min(...gains.map((gain) => gain[bin] ?? 0)));
    const repairs = deadBinRepairs(least, slice);
    dead += repairs.length;
    for (let angle = 0; angle < angles; angle++) {
      const gain = gainAt(angle, { groups, gains, overTime });
      for (let frame = 0; frame < frames; frame++) {
        const start = ((frame * slices + slice) * angles + angle) * detectors;
        const row = counts.subarray(start, start + detectors);
        normalizeRow(row, own, gain);
        repairRow(row, repairs);
      }
    }
  }
  return dead;
}

function gainAt(
  angle: number,
  {
    groups,
    gains,
    overTime,
  }: {
    readonly groups: readonly WhiteAtTime[];
    readonly gains: readonly Float64Array[];
    readonly overTime: 'linear' | 'nearest';
  },
): Float64Array {
  // A projection is taken between as many before it and one more.
  const time = angle + 0.5;
  const next = groups.findIndex(({ position }) => position >= time);
  const [before, after] = next < 0 ? [groups.length - 1, groups.length - 1] : [Math.max(0, next - 1), next];
  const [from, to] = [groups[before]?.position ?? 0, groups[after]?.position ?? 0];
  const place = to > from ? Math.min(1, Math.max(0, (time - from) / (to - from))) : 0;
  const weight = overTime === 'linear' ? place : Math.round(place);
  const [first, second] = [gains[before] ?? new Float64Array(), gains[after]];
  if (weight === 0) return first;
  return first.map((gain, bin) => gain * (1 - weight) + (second?.[bin] ?? 0) * weight);
}
