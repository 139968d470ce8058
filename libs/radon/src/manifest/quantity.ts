/** What the values of raw data may stand for. */
export const quantities = ['counts', 'transmission', 'lineIntegrals'] as const;

export type Quantity = (typeof quantities)[number];
