/** The values that are shown black and white. */
export interface GreyWindow {
  readonly low: number;
  readonly high: number;
}

/** Share of the pixels at either end that the automatic window lets saturate. */
const saturated = 0.005;
const histogramBins = 160;
/** Dragging over this many pixels changes the width by a factor of e, or the level by the width. */
const dragPixels = 200;

/** Finite extremes of the values; 0 to 1 when none is finite, one apart when all are the same. */
export function fullWindow(values: Float32Array): GreyWindow {
  let low = Number.POSITIVE_INFINITY;
  let high = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low > high) return { low: 0, high: 1 };
  return low === high ? { low, high: low + 1 } : { low, high };
}

/** Leaves out the half per cent of the pixels at either end. Exact zeros don't count: they are the outside of the circle. */
export function autoWindow(values: Float32Array): GreyWindow {
  const inside = values.filter((value) => Number.isFinite(value) && value !== 0).sort();
  const low = inside[Math.floor(saturated * inside.length)];
  const high = inside[Math.ceil((1 - saturated) * inside.length) - 1];
  return low !== undefined && high !== undefined && low < high ? { low, high } : fullWindow(values);
}

/** Dragging to the right widens the window, dragging down raises its level, as medical viewers do. */
export function draggedWindow(start: GreyWindow, move: { readonly x: number; readonly y: number }): GreyWindow {
  const width = start.high - start.low;
  const level = (start.low + start.high) / 2 + (move.y / dragPixels) * width;
  const half = (width * Math.exp(move.x / dragPixels)) / 2;
  return { low: level - half, high: level + half };
}

/** Grey of every value as opaque RGBA, linear from black to white; NaN is black. */
export function paintGrey(values: Float32Array, { low, high }: GreyWindow): Uint8ClampedArray<ArrayBuffer> {
  const pixels = new Uint8ClampedArray(4 * values.length);
  const words = new Uint32Array(pixels.buffer);
  const scale = 255.999 / (high - low);
  for (let index = 0; index < values.length; index += 1) {
    const grey = Math.min(255, Math.max(0, ((values[index] ?? 0) - low) * scale)) | 0;
    words[index] = 0xff000000 | (grey << 16) | (grey << 8) | grey;
  }
  return pixels;
}

/** How often values occur between the finite extremes, per bin as a share of the fullest one. */
export function histogram(values: Float32Array, { low, high }: GreyWindow): number[] {
  const counts = new Array<number>(histogramBins).fill(0);
  const scale = histogramBins / (high - low);
  for (const value of values) {
    if (!Number.isFinite(value) || value === 0) continue;
    const bin = Math.min(histogramBins - 1, Math.max(0, Math.floor((value - low) * scale)));
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return counts.map((count) => count / most);
}
