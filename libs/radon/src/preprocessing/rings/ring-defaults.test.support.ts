import type { RingParameters } from './ring-removal.js';

/** What a plan has that says nothing. */
export const ringDefaults: RingParameters = {
  method: 'all',
  size: undefined,
  dim: 1,
  snr: 3,
  dropRatio: 0.1,
  norm: true,
  laSize: 61,
  smSize: 21,
  sigma: undefined,
  level: undefined,
  wname: 'db5',
  pad: true,
  nblock: 0,
  alpha: 1.5,
};
