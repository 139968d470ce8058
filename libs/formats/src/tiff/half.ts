/** Numbers of IEEE 754 binary16, as their bits, as float32. */
export function widenHalves(bits: Uint16Array, target: Float32Array): void {
  for (let index = 0; index < bits.length; index += 1) target[index] = widened(bits[index] ?? 0);
}

function widened(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 0x1f, bits & 0x3ff];
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}
