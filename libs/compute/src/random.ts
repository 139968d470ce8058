/** Uniform numbers in [0, 1), the same for the same seed. */
export type RandomSource = () => number;

/**
 * A 32-bit generator that walks the golden-ratio sequence through a bit mixer (Steele, Lea, Flood, "Fast splittable
 * pseudorandom number generators", OOPSLA 2014). For simulated noise; not for secrets.
 */
export function seededRandom(seed: number): RandomSource {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
  };
}

/** Standard normal numbers (Box and Muller 1958, cosine branch). */
export function normal(random: RandomSource): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Above this mean the normal approximation differs from a Poisson count by less than its rounding. */
const largeMean = 1000;

/** A Poisson count of the given mean: products of uniforms (Knuth) in portions, normal for large means. */
export function poisson(mean: number, random: RandomSource): number {
  if (mean > largeMean) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  let count = 0;
  for (let rest = mean; rest > 0; rest -= 100) count += poissonByProducts(Math.min(rest, 100), random);
  return count;
}

function poissonByProducts(mean: number, random: RandomSource): number {
  const limit = Math.exp(-mean);
  let count = 0;
  for (let product = random(); product > limit; product *= random()) count++;
  return count;
}
