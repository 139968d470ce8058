/** Part of the sorted factors at either end that the line is not fitted to. */
const droppedPart = 0.25;

/** Factors that a line through them varies by less than this are all alike. */
const leastNoise = 1e-6;

/**
 * Which bins have stripes: those whose factor stands out from the line through the middle half of all factors in descending order
 * by more than half of `snr` times what the line falls, where the extreme ones do by `snr` times; and their neighbours.
 *
 * Vo, Atwood, Drakopoulos, Optics Express 26 (2018) 28396, algorithm 4.
 *
 * @param factors One for each bin.
 */
export function detectStripes(factors: Float64Array, { snr }: { readonly snr: number }): Uint8Array {
  const count = factors.length;
  const falling = Float64Array.from(factors).sort().reverse();
  const dropped = Math.floor(droppedPart * count);
  const { slope, intercept } = lineThrough(falling, dropped, count - dropped - 1);
  const end = intercept + slope * (count - 1);
  const noise = Math.max(leastNoise, Math.abs(end - intercept));
  const isBright = Math.abs((falling[0] ?? 0) - intercept) / noise >= snr;
  const isDark = Math.abs((falling[count - 1] ?? 0) - end) / noise >= snr;
  const found = Uint8Array.from(factors, (factor) =>
    (isBright && factor > intercept + (noise * snr) / 2) || (isDark && factor <= end - (noise * snr) / 2) ? 1 : 0,
  );
  return found.map((own, bin) => own | (found[bin - 1] ?? 0) | (found[bin + 1] ?? 0));
}

/** Least squares through values `from` to `to`, the latter not among them, at their indices. */
function lineThrough(values: Float64Array, from: number, to: number): { slope: number; intercept: number } {
  const count = Math.max(1, to - from);
  const middle = (from + to - 1) / 2;
  let [mean, covariance, variance] = [0, 0, 0];
  for (let at = from; at < to; at++) mean += (values[at] ?? 0) / count;
  for (let at = from; at < to; at++) {
    covariance += (at - middle) * ((values[at] ?? 0) - mean);
    variance += (at - middle) ** 2;
  }
  const slope = variance > 0 ? covariance / variance : 0;
  return { slope, intercept: mean - slope * middle };
}
