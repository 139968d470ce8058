/** Draws that are the same in every run with the same seed. */
export interface Random {
  /** From `low` up to, not including, `high`. */
  between(low: number, high: number): number;
  integer(low: number, high: number): number;
  pick<T>(values: readonly T[]): T;
  /** Values with a greater weight come more often. */
  weighted<T>(values: readonly (readonly [weight: number, value: T])[]): T;
}

/** The generator is Marsaglia's xorshift32 (Journal of Statistical Software 8, 2003, shifts 13, 17, 5). */
export function randomFrom(seed: number): Random {
  // Neighbouring seeds shall not begin alike, and 0 is a fixed point.
  let state = (Math.imul(seed, 2_654_435_761) ^ 0x9e37_79b9) >>> 0 || 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state = (state ^ (state << 5)) >>> 0;
    return state / 2 ** 32;
  };
  for (let round = 0; round < 8; round += 1) next();
  const between = (low: number, high: number) => low + next() * (high - low);
  const integer = (low: number, high: number) => Math.floor(between(low, high));
  return {
    between,
    integer,
    pick: (values) => element(values, integer(0, values.length)),
    weighted(values) {
      let left = next() * values.reduce((sum, [weight]) => sum + weight, 0);
      const found = values.find(([weight]) => (left -= weight) < 0);
      return (found ?? element(values, values.length - 1))[1];
    },
  };
}

function element<T>(values: readonly T[], index: number): T {
  const value = values[index];
  if (value === undefined) throw new RangeError('There is nothing to pick from.');
  return value;
}
