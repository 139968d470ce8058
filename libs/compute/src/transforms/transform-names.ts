/** Unitary transforms of images, named as LinearOperatorCollection.jl names them. */
export const unitaryTransformNames = ['FFT', 'DCT-I', 'DCT-II', 'DCT-III', 'DCT-IV', 'DST', 'Wavelet'] as const;

export type UnitaryTransformName = (typeof unitaryTransformNames)[number];

/** With the differences between neighbours, which are no unitary transform. */
export const imageTransformNames = [...unitaryTransformNames, 'Gradient'] as const;

export type ImageTransformName = (typeof imageTransformNames)[number];
