/** Which frames of a measurement were taken without a sample. */
export function frameKinds(isBackground: ArrayLike<number> | undefined, frames: number) {
  const all = Array.from({ length: frames }, (_, frame) => frame);
  return {
    all,
    foreground: all.filter((frame) => (isBackground?.[frame] ?? 0) === 0),
    background: all.filter((frame) => (isBackground?.[frame] ?? 0) !== 0),
  };
}

/** Runs of consecutive frames. */
export function consecutiveBlocks(frames: readonly number[]): number[][] {
  const blocks: number[][] = [];
  for (const frame of frames) {
    const last = blocks.at(-1);
    if (last?.at(-1) === frame - 1) last.push(frame);
    else blocks.push([frame]);
  }
  return blocks;
}

/**
 * The background at any position of a measurement, between the means of the blocks in which it was taken, as MPIFiles.jl
 * interpolates it: position p of N frames stands for entry p / (N - 1) (K - 1) of the K background frames, each of which has
 * the mean of its block; between two entries linearly.
 *
 * @param blocks means of the blocks and how many frames each has; at least one.
 * @param frames N, of the whole measurement.
 */
export function interpolatedBackground(
  blocks: readonly { readonly mean: Float64Array; readonly count: number }[],
  frames: number,
): (position: number) => Float64Array {
  const entries = blocks.flatMap(({ mean, count }) => Array.from({ length: count }, () => mean));
  return (position) => {
    const exact = frames > 1 ? (position / (frames - 1)) * (entries.length - 1) : 0;
    const lower = Math.min(Math.floor(exact), entries.length - 1);
    const upper = Math.min(lower + 1, entries.length - 1);
    return blend(entries[lower] ?? new Float64Array(), entries[upper] ?? new Float64Array(), exact - lower);
  };
}

/** (1 - weight) a + weight b. */
export function blend(a: Float64Array, b: Float64Array, weight: number): Float64Array {
  if (weight === 0 || a === b) return a;
  return a.map((value, index) => (1 - weight) * value + weight * (b[index] ?? 0));
}

export function subtract(values: Float64Array, background: Float64Array): void {
  for (let index = 0; index < values.length; index++) values[index] = (values[index] ?? 0) - (background[index] ?? 0);
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
