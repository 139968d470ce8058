import { float32Array, type TypedArray } from '@rondel/contracts';
import { renderSlice } from '@rondel/formats';
import type { PreviewPlane } from '@rondel/reco';

/** Longest side of a preview in pixels. */
const longestSide = 256;
/** Shares of the pixels that are shown black and white at least; a few hot pixels shall not darken the rest. */
const [darkest, brightest] = [0.01, 0.99];

/** Draws a plane as a small 8-bit grey PNG, means of square patches, windowed by percentiles. */
export function previewPicture(plane: PreviewPlane): Uint8Array {
  const { values, shape } = reduced(plane);
  const [low, high] = percentiles(values);
  const array = float32Array(values, [...shape], ['y', 'x']);
  return renderSlice(array, { bits: 8, ...(low < high && { window: [low, high] }) });
}

interface Picture {
  readonly values: Float32Array;
  readonly shape: readonly [rows: number, columns: number];
}

/** Means over patches of `factor` x `factor` pixels; patches at the far edges may be smaller. */
function reduced({ values, shape: [rows, columns] }: PreviewPlane): Picture {
  const factor = Math.max(1, Math.ceil(Math.max(rows, columns) / longestSide));
  const shape = [Math.ceil(rows / factor), Math.ceil(columns / factor)] as const;
  const means = new Float32Array(shape[0] * shape[1]);
  for (let row = 0; row < shape[0]; row++) {
    for (let column = 0; column < shape[1]; column++) {
      const patch = { top: row * factor, left: column * factor, factor };
      means[row * shape[1] + column] = patchMean(values, [rows, columns], patch);
    }
  }
  return { values: means, shape };
}

interface Patch {
  readonly top: number;
  readonly left: number;
  readonly factor: number;
}

function patchMean(values: TypedArray, [rows, columns]: readonly [number, number], patch: Patch): number {
  const bottom = Math.min(rows, patch.top + patch.factor);
  const right = Math.min(columns, patch.left + patch.factor);
  let sum = 0;
  for (let row = patch.top; row < bottom; row++) {
    for (let column = patch.left; column < right; column++) sum += values[row * columns + column] ?? 0;
  }
  return sum / ((bottom - patch.top) * (right - patch.left));
}

function percentiles(values: Float32Array): [low: number, high: number] {
  const sorted = values.filter(Number.isFinite).sort();
  const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))] ?? 0;
  return [at(darkest), at(brightest)];
}
