import { consecutiveBlocks } from '../preprocessing/background.js';

/** What of the background frames is subtracted from a frame: frames and their weights, which add up to 1. */
type Shares = readonly { readonly frame: number; readonly weight: number }[];

/**
 * The background of each voxel of a calibration: the means of the blocks of background frames, interpolated as
 * `interpolatedBackground` does.
 *
 * @param frames of the whole file.
 */
export function backgroundShares(
  voxelFrames: readonly number[],
  backgroundFrames: readonly number[],
  frames: number,
): Shares[] {
  const blocks = consecutiveBlocks(backgroundFrames);
  const means = blocks.flatMap((block) =>
    block.map((): Shares => block.map((frame) => ({ frame, weight: 1 / block.length }))),
  );
  return voxelFrames.map((frame) => {
    const exact = frames > 1 ? (frame / (frames - 1)) * (means.length - 1) : 0;
    const lower = Math.min(Math.floor(exact), means.length - 1);
    const upper = Math.min(lower + 1, means.length - 1);
    const scaled = (shares: Shares = [], factor: number) =>
      factor === 0 ? [] : shares.map(({ frame: other, weight }) => ({ frame: other, weight: weight * factor }));
    return [...scaled(means[lower], 1 - (exact - lower)), ...scaled(means[upper], exact - lower)];
  });
}

/** The background of each frame of a series of complex numbers, interleaved, subtracted in place from `target`. */
export function subtractShares(target: Float64Array, series: ArrayLike<number>, shares: readonly Shares[]): void {
  for (const [voxel, own] of shares.entries()) {
    for (const { frame, weight } of own) {
      target[2 * voxel] = (target[2 * voxel] ?? 0) - weight * (series[2 * frame] ?? 0);
      target[2 * voxel + 1] = (target[2 * voxel + 1] ?? 0) - weight * (series[2 * frame + 1] ?? 0);
    }
  }
}
