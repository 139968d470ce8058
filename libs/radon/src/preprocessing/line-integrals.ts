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

/**
 * Straightens line integrals that a polychromatic beam has bent, p -> c1 p + c2 p^2 + ..., in place (Herman, Physics in Medicine
 * and Biology 24 (1979) 81).
 *
 * @returns the number of values at which the polynomial does not rise, so that more attenuation does not become more.
 */
export function straighten(lineIntegrals: Float32Array, coefficients: readonly number[]): number {
  const slopes = coefficients.map((coefficient, index) => (index + 1) * coefficient);
  let falling = 0;
  for (let index = 0; index < lineIntegrals.length; index++) {
    const value = lineIntegrals[index] ?? 0;
    if (slopes.reduceRight((sum, slope) => sum * value + slope, 0) <= 0) falling++;
    lineIntegrals[index] = coefficients.reduceRight((sum, coefficient) => (sum + coefficient) * value, 0);
  }
  return falling;
}
