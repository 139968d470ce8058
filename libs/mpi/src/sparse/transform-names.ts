/** Transforms that a system matrix can be compressed in, named as LinearOperatorCollection.jl names them. */
export const sparseTransformNames = ['FFT', 'DCT-I', 'DCT-II', 'DCT-III', 'DCT-IV', 'DST'] as const;

export type SparseTransformName = (typeof sparseTransformNames)[number];
