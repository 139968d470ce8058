/**
 * The part of images that is high: real parts from a share of the largest magnitude of all frames on, 0 elsewhere.
 *
 * @param values Unknowns, complex ones interleaved.
 * @returns As many values, with imaginary parts of 0.
 */
export function highPart(values: Float32Array, parts: 1 | 2, share: number): Float32Array {
  let largest = 0;
  for (let at = 0; at < values.length; at += parts) largest = Math.max(largest, Math.abs(values[at] ?? 0));
  const level = largest * share;
  const high = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += parts) {
    const value = values[at] ?? 0;
    if (Math.abs(value) >= level) high[at] = value;
  }
  return high;
}
