import { chirpTransform } from './bluestein.js';
import { runPass } from './butterflies.js';
import { emptyVector, type VectorTransform } from './complex-vector.js';
import { passesOf } from './passes.js';

/** A prime factor above this takes longer as a radix than the three transforms of Bluestein's. */
const largestRadix = 23;

/** Lengths whose tables are kept, least recently used first. */
const mostLengths = 16;
const made = new Map<number, VectorTransform>();

/**
 * The transform of a length, with its tables and its room to work in. Kept for the next one who asks, as frame after frame has
 * the same length; what it gives depends on nothing but its input.
 */
export function transformOf(length: number): VectorTransform {
  const transform = made.get(length) ?? makeTransform(length);
  made.delete(length);
  made.set(length, transform);
  const [oldest] = made.keys();
  if (made.size > mostLengths && oldest !== undefined) made.delete(oldest);
  return transform;
}

function makeTransform(length: number): VectorTransform {
  const radices = radicesOf(length);
  return Math.max(1, ...radices) > largestRadix ? chirpTransform(length, transformOf) : sortedTransform(radices);
}

/** In N times the sum of the radices. Passes go to and fro between the output and memory of its own, so that the last ends there. */
function sortedTransform(radices: readonly number[]): VectorTransform {
  const passes = passesOf(radices);
  const room = emptyVector(radices.reduce((product, radix) => product * radix, 1));
  return (input, output) => {
    if (passes.length === 0) {
      output.real.set(input.real);
      output.imaginary.set(input.imaginary);
    }
    let from = input;
    for (const [index, pass] of passes.entries()) {
      const to = (passes.length - index) % 2 === 1 ? output : room;
      runPass(pass, from, to);
      from = to;
    }
  };
}

/** Prime factors, pairs of 2 as 4, the large ones first, while neighbours still lie far apart. */
function radicesOf(length: number): number[] {
  const radices: number[] = [];
  let rest = length;
  for (const factor of [4, 2]) {
    while (rest % factor === 0) {
      radices.push(factor);
      rest /= factor;
    }
  }
  for (let factor = 3; factor * factor <= rest; factor += 2) {
    while (rest % factor === 0) {
      radices.push(factor);
      rest /= factor;
    }
  }
  if (rest > 1) radices.push(rest);
  return radices;
}
