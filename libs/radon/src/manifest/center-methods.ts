/** Ways in which the rotation axis may be found. */
export const centerMethods = ['mirror', 'vo', 'registration', 'overlap360'] as const;

export type CenterMethod = (typeof centerMethods)[number];
