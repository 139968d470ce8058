import { fieldAxes } from './axes.js';

/** Axes of what comes with raw data, for every step that may be the first to take it. */
export const rawCompanions = { dark: fieldAxes, white: fieldAxes } as const;
