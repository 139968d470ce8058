import type { SinogramShape } from '../../sinogram/sinogram-shape.js';
import { repairRow, repairsOf } from './bin-repair.js';

/** A transmission that a dead bin does not exceed; noise of the readout is below it. */
const darkTransmission = 0.01;

/** Parts of the projections at which a bin that saw nothing is dark, and at which its neighbours may be. */
const alwaysDark = 0.9;
const seldomDark = 0.5;

/** How far a stuck bin is from its neighbours at least, as a transmission. */
const stuckDifference = 0.2;

/** What air may differ from a transmission of 1. */
const airRange = 0.02;

/** Dead bins side by side, at most: more of them may be a rod on the axis. */
const widestGap = 3;

/** Where one side lets through less than this part of the other, what is dark between them is a wall of the object. */
const leastRatio = 0.15;

/** Over fewer projections a bin may well not change. */
const leastProjections = 8;

/**
 * Fills bins that died between white field and scan, in place: those that are dark in nearly all projections, or stuck at
 * one value far from that of their neighbours, where the bins on both sides are not. Every sinogram is judged by itself.
 *
 * @param transmission [frame, slice, angle, detector]
 * @returns the number of bins of sinograms that were filled.
 */
export function repairDeadBins(transmission: Float32Array, shape: SinogramShape): number {
  const { frames, slices, angles, detectors } = shape;
  if (angles < leastProjections) return 0;
  const size = angles * detectors;
  let repaired = 0;
  for (let entry = 0; entry < frames * slices; entry++) {
    const sinogram = transmission.subarray(entry * size, (entry + 1) * size);
    const dead = deadBins(columnFacts(sinogram, detectors), angles);
    if (dead.length === 0) continue;
    repaired += dead.length;
    const repairs = repairsOf(dead, detectors);
    for (let row = 0; row < angles; row++)
      repairRow(sinogram.subarray(row * detectors, (row + 1) * detectors), repairs);
  }
  return repaired;
}

/** What the projections hold at each bin. */
interface ColumnFacts {
  /** How many are dark. */
  readonly dark: Uint32Array;
  readonly changes: Uint8Array;
  readonly sum: Float64Array;
}

function columnFacts(sinogram: Float32Array, detectors: number): ColumnFacts {
  const dark = new Uint32Array(detectors);
  const changes = new Uint8Array(detectors);
  const sum = new Float64Array(detectors);
  const first = sinogram.subarray(0, detectors);
  for (let start = 0; start < sinogram.length; start += detectors) {
    for (let bin = 0; bin < detectors; bin++) {
      const value = sinogram[start + bin] ?? 0;
      if (value < darkTransmission) dark[bin] = (dark[bin] ?? 0) + 1;
      if (value !== first[bin]) changes[bin] = 1;
      sum[bin] = (sum[bin] ?? 0) + value;
    }
  }
  return { dark, changes, sum };
}

function deadBins({ dark, changes, sum }: ColumnFacts, angles: number): number[] {
  const bins = Array.from(dark.keys());
  const isSuspect = (bin: number) => (dark[bin] ?? 0) > alwaysDark * angles || changes[bin] === 0;
  const mean = (bin: number) => (sum[bin] ?? 0) / angles;
  return bins.filter((bin) => {
    const sees = (other: number) => (dark[other] ?? 0) < seldomDark * angles;
    if ((dark[bin] ?? 0) > alwaysDark * angles) {
      const beside = neighbours(bin, bins.length, (other) => (dark[other] ?? 0) <= alwaysDark * angles);
      if (beside === undefined || !beside.every(sees)) return false;
      const [less = 0, more = 0] = beside.map(mean).sort((a, b) => a - b);
      return less > leastRatio * more;
    }
    if (!isSuspect(bin)) return false;
    const [left, right] = neighbours(bin, bins.length, (other) => !isSuspect(other)) ?? [bin, bin];
    // Air beside the object does not change either where there is no noise.
    if (Math.abs(mean(bin) - 1) < airRange) return false;
    const off = Math.abs(mean(bin) - (mean(left) + mean(right)) / 2);
    return off > stuckDifference && off > 2 * Math.abs(mean(left) - mean(right));
  });
}

/** The nearest bins on both sides that are in order; at an edge twice the only one. Undefined for a wide gap. */
function neighbours(bin: number, detectors: number, inOrder: (bin: number) => boolean): [number, number] | undefined {
  const nearest = (step: number) => {
    let at = bin + step;
    while (at >= 0 && at < detectors && !inOrder(at)) at += step;
    return at >= 0 && at < detectors ? at : undefined;
  };
  const left = nearest(-1) ?? nearest(1);
  const right = nearest(1) ?? left;
  if (left === undefined || right === undefined) return undefined;
  const isNear = left === right ? Math.abs(bin - left) <= widestGap : right - left <= widestGap + 1;
  if (!isNear) return undefined;
  return [left, right];
}
