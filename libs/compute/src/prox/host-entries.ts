import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { Weight } from './penalty.js';

/** One entry of a batch on the host; imaginary parts of real images are 0 and not read back. */
export interface HostEntry {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

/** Changes every entry of [..., batch], of pairs [2, ..., batch], on the host. Returns a new tensor. */
export function changeEntries(x: Tensor, complex: boolean, change: (entry: HostEntry, at: number) => void): Tensor {
  const batch = x.shape.at(-1) ?? 1;
  const pixels = x.size / (batch * (complex ? 2 : 1));
  const values = Float32Array.from(x.dataSync<'float32'>());
  const read = (offset: number, at: number) =>
    Float64Array.from({ length: pixels }, (_, pixel) => values[(offset + pixel) * batch + at] ?? 0);
  const write = (part: Float64Array, offset: number, at: number) =>
    part.forEach((value, pixel) => (values[(offset + pixel) * batch + at] = value));
  for (let at = 0; at < batch; at++) {
    const entry = { real: read(0, at), imaginary: complex ? read(pixels, at) : new Float64Array(pixels) };
    change(entry, at);
    write(entry.real, 0, at);
    if (complex) write(entry.imaginary, pixels, at);
  }
  return tensor(values, x.shape, 'float32');
}

/** The weight of one entry, for penalties that are computed on the host. */
export function weightOf(weight: Weight, entry: number): number {
  if (typeof weight === 'number') return weight;
  const values = weight.dataSync<'float32'>();
  return values[values.length === 1 ? 0 : entry] ?? NaN;
}
