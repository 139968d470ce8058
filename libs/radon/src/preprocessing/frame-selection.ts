import { quantity, RondelError, type TypedArray } from '@rondel/contracts';
import type { SinogramShape } from '../sinogram/sinogram-shape.js';

export interface FrameSelection {
  /** Counted from 1; all frames when empty. */
  readonly frames: readonly number[];
  readonly numAverages: number;
}

/**
 * Frames in the given order, each `numAverages` consecutive ones averaged (sums in float64).
 *
 * @param data [frame, slice, angle, detector]; returned as it is when nothing changes and it is float32, unless `allocate` is given.
 * @param allocate Makes the array for the result, given its length.
 * Throws `DATA_SHAPE_MISMATCH` for a frame that is not there and for a number of frames that cannot be averaged evenly.
 */
export function selectFrames(
  data: TypedArray,
  shape: SinogramShape,
  selection: FrameSelection,
  allocate?: (length: number) => Float32Array,
): Float32Array {
  const { numAverages } = selection;
  const frames = selectedFrames(shape.frames, selection);
  if (frames.length % numAverages !== 0) {
    throw new RondelError(
      'DATA_SHAPE_MISMATCH',
      `numAverages must divide the number of selected frames, but ${frames.length} frames cannot be averaged in groups of ${numAverages}.`,
      { at: 'numAverages', details: { frames: frames.length, numAverages } },
    );
  }
  const size = data.length / shape.frames;
  const unchanged = numAverages === 1 && frames.length === shape.frames && frames.every((frame, at) => frame === at);
  if (unchanged && allocate === undefined && data instanceof Float32Array) return data;

  const length = (frames.length / numAverages) * size;
  const result = allocate?.(length) ?? new Float32Array(length);
  for (let start = 0; start < frames.length; start += numAverages) {
    const group = frames
      .slice(start, start + numAverages)
      .map((frame) => data.subarray(frame * size, (frame + 1) * size));
    average(group, result.subarray((start / numAverages) * size, (start / numAverages + 1) * size));
  }
  return result;
}

/** Indices from 0. */
function selectedFrames(available: number, { frames }: FrameSelection): number[] {
  if (frames.length === 0) return Array.from({ length: available }, (_, frame) => frame);
  const outside = frames.find((frame) => frame < 1 || frame > available);
  if (outside === undefined) return frames.map((frame) => frame - 1);
  throw new RondelError(
    'DATA_SHAPE_MISMATCH',
    `frames asks for frame ${outside}, but the data has ${quantity(available, 'frame')}, counted from 1.`,
    { at: 'frames', details: { frame: outside, available } },
  );
}

function average(frames: readonly TypedArray[], target: Float32Array): void {
  const [first] = frames;
  if (first && frames.length === 1) {
    target.set(first);
    return;
  }
  const sums = new Float64Array(target.length);
  for (const frame of frames) {
    for (let index = 0; index < sums.length; index++) sums[index] = (sums[index] ?? 0) + (frame[index] ?? 0);
  }
  for (let index = 0; index < sums.length; index++) target[index] = (sums[index] ?? 0) / frames.length;
}
