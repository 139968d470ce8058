/** Complex values, real and imaginary parts apart. */
export interface ComplexVector {
  readonly real: Float64Array;
  readonly imaginary: Float64Array;
}

export function emptyVector(length: number): ComplexVector {
  return { real: new Float64Array(length), imaginary: new Float64Array(length) };
}

/** A transform of vectors of one length into others of that length, which are not the same memory. */
export type VectorTransform = (input: ComplexVector, output: ComplexVector) => void;
