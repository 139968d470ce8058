import type { Calibration } from './calibration.js';

/** A background of this share of what samples give, in a row, leaves its mark in images. */
const largeShare = 0.1;

/** By how many standard deviations of its mean a background must differ from 0 to be more than noise. */
const clearDeviations = 5;

/**
 * Whether the frames without a sample have more than noise in one row, of a size that matters beside what samples give.
 *
 * @param series A complex number for each frame, interleaved.
 */
export function standsOut(
  series: ArrayLike<number>,
  { voxelFrames, backgroundFrames }: Pick<Calibration, 'voxelFrames' | 'backgroundFrames'>,
): boolean {
  const count = backgroundFrames.length;
  if (count < 2) return false;
  const mean = [0, 1].map((part) =>
    backgroundFrames.reduce((sum, frame) => sum + (series[2 * frame + part] ?? 0) / count, 0),
  );
  const distance = (frame: number, [real = 0, imaginary = 0]: readonly number[]) =>
    ((series[2 * frame] ?? 0) - real) ** 2 + ((series[2 * frame + 1] ?? 0) - imaginary) ** 2;
  const variance = backgroundFrames.reduce((sum, frame) => sum + distance(frame, mean), 0) / (count - 1);
  const signal = voxelFrames.reduce((sum, frame) => sum + distance(frame, mean), 0) / voxelFrames.length;
  const size = Math.hypot(mean[0] ?? 0, mean[1] ?? 0);
  return size > clearDeviations * Math.sqrt(variance / count) && size > largeShare * Math.sqrt(signal);
}
