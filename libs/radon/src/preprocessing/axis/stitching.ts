import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import type { ExtendedSinogram } from './detector-extension.js';
import { turnCoverage, type TurnedRow } from '../../sinogram/turn-coverage.js';

/** Sinograms over half a turn, made of ones over a full turn, on a wider detector. */
export interface StitchedSinogram extends ExtendedSinogram {
  /** Of the rows that are left, rad. */
  readonly angles: Float64Array;
}

interface StitchOptions {
  /** Bins from 0. */
  readonly center: number;
  /** rad, one per projection, over a full turn in any order. */
  readonly angles: Float64Array;
}

/** Whether the angles look from everywhere, so that every projection has an opposite one. */
export function coversTurn(angles: Float64Array): boolean {
  return turnCoverage(angles).kind === 'turn';
}

/** How the bins of a wide row are made of a projection and of its opposite. */
interface WideRow {
  readonly width: number;
  /** Where bin 0 of the detector lies in it. */
  readonly offset: number;
  readonly center: number;
}

/**
 * Sets each projection of the first half turn beside the mirrored opposite one, so that the detector reaches as far on either
 * side of the axis as it does on its longer side. Weights go linearly from one to the other over the bins that both see. The
 * opposite projection is interpolated linearly, between neighbouring angles and between bins.
 *
 * @param data [frame, slice, angle, detector]
 */
export function stitchHalves(
  data: Float32Array,
  shape: SinogramShape,
  { center, angles }: StitchOptions,
): StitchedSinogram {
  const { rows } = turnCoverage(angles);
  const half = rows.filter(({ angle }) => angle < Math.PI - 1e-9);
  const opposites = half.map(({ angle }) => oppositeOf(rows, angle + Math.PI));
  const wide = wideRow(center, shape.detectors);
  const { detectors } = shape;
  const entries = shape.frames * shape.slices;
  const stitched = new Float32Array(entries * half.length * wide.width);
  const weights = blend(wide, detectors);
  for (let entry = 0; entry < entries; entry++) {
    const rowAt = (row: number) => {
      const start = (entry * shape.angles + row) * detectors;
      return data.subarray(start, start + detectors);
    };
    half.forEach(({ row }, rank) => {
      const start = (entry * half.length + rank) * wide.width;
      const { before, after, weight } = opposites[rank] ?? { before: 0, after: 0, weight: 0 };
      const opposite = { before: rowAt(before), after: rowAt(after), weight };
      stitchRow(stitched.subarray(start, start + wide.width), { own: rowAt(row), opposite, weights, wide });
    });
  }
  return {
    data: stitched,
    shape: { ...shape, angles: half.length, detectors: wide.width },
    angles: Float64Array.from(half, ({ row }) => angles[row] ?? 0),
    center: wide.center,
  };
}

function wideRow(center: number, detectors: number): WideRow {
  if (center >= (detectors - 1) / 2) return { width: Math.floor(2 * center) + 1, offset: 0, center };
  const offset = Math.floor(detectors - 1 - 2 * center);
  return { width: detectors + offset, offset, center: center + offset };
}

/** Weight of the projection itself in each bin; the rest is that of the opposite one. */
function blend({ width, offset, center }: WideRow, detectors: number): Float64Array {
  const ownFrom = offset;
  const ownTo = offset + detectors - 1;
  const otherFrom = 2 * center - ownTo;
  const otherTo = 2 * center - ownFrom;
  const from = Math.max(ownFrom, otherFrom);
  const to = Math.min(ownTo, otherTo);
  const fallsToTheRight = ownFrom < otherFrom;
  return Float64Array.from({ length: width }, (_, bin) => {
    const place = to > from ? (bin - from) / (to - from) : 0.5;
    const weight = Math.min(1, Math.max(0, fallsToTheRight ? 1 - place : place));
    if (bin < ownFrom || bin > ownTo) return 0;
    return bin < otherFrom || bin > otherTo ? 1 : weight;
  });
}

interface OppositeRows<Row> {
  readonly before: Row;
  readonly after: Row;
  /** Of `after`. */
  readonly weight: number;
}

function oppositeOf(rows: readonly TurnedRow[], angle: number): OppositeRows<number> {
  const next = rows.findIndex((each) => each.angle >= angle - 1e-9);
  const after = next < 0 ? rows[0] : rows[next];
  const before = next < 0 ? rows.at(-1) : rows[next - 1];
  if (after === undefined || before === undefined) return { before: 0, after: 0, weight: 0 };
  const to = after.angle + (next < 0 ? 2 * Math.PI : 0);
  const weight = to > before.angle ? Math.min(1, (angle - before.angle) / (to - before.angle)) : 1;
  return { before: before.row, after: after.row, weight };
}

function stitchRow(
  target: Float32Array,
  parts: {
    readonly own: Float32Array;
    readonly opposite: OppositeRows<Float32Array>;
    readonly weights: Float64Array;
    readonly wide: WideRow;
  },
): void {
  const { own, opposite, weights, wide } = parts;
  const { before, after, weight } = opposite;
  const last = own.length - 1;
  const other = (bin: number) => (before[bin] ?? 0) * (1 - weight) + (after[bin] ?? 0) * weight;
  for (let bin = 0; bin < target.length; bin++) {
    const ownWeight = weights[bin] ?? 0;
    const mirrored = Math.min(last, Math.max(0, 2 * wide.center - bin - wide.offset));
    const left = Math.min(last - 1, Math.floor(mirrored));
    const opposed = ownWeight === 1 ? 0 : other(left) * (1 - mirrored + left) + other(left + 1) * (mirrored - left);
    target[bin] = ownWeight * (own[bin - wide.offset] ?? 0) + (1 - ownWeight) * opposed;
  }
}
