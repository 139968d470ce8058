/** The ramp, alone and with windows. */
export const rampNames = ['ramp', 'shepp-logan', 'cosine', 'hamming', 'hann', 'parzen', 'butterworth'] as const;

export type RampName = (typeof rampNames)[number];

/** Filters for filtered backprojection; `none` leaves rows as they are but for the scale. */
export const filterNames = [...rampNames, 'none'] as const;

export type FilterName = (typeof filterNames)[number];

/** What TomoPy calls two of them. */
export const filterAliases = { ramlak: 'ramp', shepp: 'shepp-logan' } as const satisfies Record<string, FilterName>;

export type FilterAlias = keyof typeof filterAliases;

/** Filters that reach as far as `cutoff` says. */
export const filtersWithCutoff: readonly RampName[] = ['hamming', 'hann', 'parzen', 'butterworth'];

/** Where a window ends, or has fallen to a half, and how steeply; for `parzen` and `butterworth` the defaults of TomoPy. */
export interface FilterWindow {
  /** Cycles per bin, above 0. */
  readonly cutoff?: number | undefined;
  readonly order?: number | undefined;
}

export const usualWindow = { cutoff: 0.5, order: 8 } as const;
