/** Filters for filtered backprojection. */
export const filterNames = ['ramp', 'shepp-logan', 'cosine', 'hamming', 'hann'] as const;

export type FilterName = (typeof filterNames)[number];
