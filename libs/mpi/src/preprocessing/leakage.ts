import { frameLength, type Signal } from './signal.js';

/**
 * A frame with less spectral leakage: it and its neighbours in time (the frame before and the one after; of several periods
 * those of the same frame), weighted with a Hann window over all three, added sample by sample and divided by 3. At the ends
 * there are two.
 *
 * The window over M samples is (1 - cos(2 pi n / (M - 1))) M / (M - 1), n = 0 ... M - 1, as MPIFiles.jl has it.
 *
 * @param signal in the time domain, with at least two frames or periods.
 * @returns [period, channel, sample] of the frame.
 */
export function leakageCorrected(signal: Signal, frame: number): Float64Array {
  const { frames, periods, channels, width } = signal.layout;
  const length = frameLength(signal.layout);
  const period = channels * width;
  const output = new Float64Array(length);
  const alongPeriods = periods > 1;
  const units = alongPeriods ? periods : frames;
  for (let part = 0; part < periods; part++) {
    const unit = alongPeriods ? part : frame;
    const first = Math.max(0, Math.min(unit - 1, units - 2));
    const count = unit === 0 || unit === units - 1 ? 2 : 3;
    const start = unit === 0 ? 0 : first;
    for (let neighbour = 0; neighbour < count; neighbour++) {
      const at = alongPeriods ? frame * length + (start + neighbour) * period : (start + neighbour) * length;
      for (let index = 0; index < period; index++) {
        const weight = hann(neighbour * width + (index % width), count * width) / count;
        const to = part * period + index;
        output[to] = (output[to] ?? 0) + weight * (signal.values[at + index] ?? 0);
      }
    }
  }
  return output;
}

function hann(index: number, length: number): number {
  return ((1 - Math.cos((2 * Math.PI * index) / (length - 1))) * length) / (length - 1);
}
