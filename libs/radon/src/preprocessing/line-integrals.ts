/**
 * Line integrals of attenuation from transmissions, -ln t, in place (Beer and Lambert).
 *
 * @param transmission values at or below `clip` are set to it first, as noise can make them 0 or negative.
 * @returns the number of values that were clipped.
 */
export function toLineIntegrals(transmission: Float32Array, clip: number): number {
  let clipped = 0;
  for (let index = 0; index < transmission.length; index++) {
    const value = transmission[index] ?? 0;
    if (value < clip) clipped++;
    transmission[index] = -Math.log(Math.max(value, clip));
  }
  return clipped;
}
