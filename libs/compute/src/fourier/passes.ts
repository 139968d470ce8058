import { emptyVector, type ComplexVector } from './complex-vector.js';

/**
 * A pass of a transform whose order sorts itself (Stockham's, see Van Loan, "Computational Frameworks for the Fast Fourier
 * Transform", 1992): `count` times `stride` small transforms of length `radix`, from entries that lie count * stride apart to
 * neighbours that lie `stride` apart, each then turned by its root of unity.
 */
export interface Pass {
  readonly radix: number;
  readonly count: number;
  readonly stride: number;
  /** exp(-2 pi i position k / (radix count)): [position < count, 0 < k < radix]. */
  readonly roots: ComplexVector;
  /** exp(-2 pi i k / radix), k < radix. */
  readonly ownRoots: ComplexVector;
  /** Room for the entries of one small transform. */
  readonly entries: ComplexVector;
}

/** exp(-2 pi i k / length), 0 <= k < count. */
export function unitRoots(length: number, count = length): ComplexVector {
  const roots = emptyVector(count);
  for (let k = 0; k < count; k++) {
    // Quarters of a turn are exact, so that what is real stays real.
    const quarter = (4 * k) % length === 0 ? ((4 * k) / length) % 4 : undefined;
    roots.real[k] = quarter === undefined ? Math.cos((2 * Math.PI * k) / length) : ([1, 0, -1, 0][quarter] ?? 0);
    roots.imaginary[k] = quarter === undefined ? -Math.sin((2 * Math.PI * k) / length) : ([0, -1, 0, 1][quarter] ?? 0);
  }
  return roots;
}

/** The passes of a transform of the length that is the product of the radices. */
export function passesOf(radices: readonly number[]): Pass[] {
  const passes: Pass[] = [];
  let stride = 1;
  let length = radices.reduce((product, radix) => product * radix, 1);
  for (const radix of radices) {
    const count = length / radix;
    passes.push({
      radix,
      count,
      stride,
      roots: turns(radix, count),
      ownRoots: unitRoots(radix),
      entries: emptyVector(radix),
    });
    length = count;
    stride *= radix;
  }
  return passes;
}

function turns(radix: number, count: number): ComplexVector {
  const all = unitRoots(radix * count);
  const roots = emptyVector(count * (radix - 1));
  let at = 0;
  for (let position = 0; position < count; position++) {
    for (let k = 1; k < radix; k++, at++) {
      roots.real[at] = all.real[position * k] ?? 0;
      roots.imaginary[at] = all.imaginary[position * k] ?? 0;
    }
  }
  return roots;
}
