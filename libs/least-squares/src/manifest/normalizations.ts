import { defineValue, type ValueDefinition } from '@rondel/reco';

const juliaModule = 'RegularizedLeastSquares';

export const noNormalization = defineValue({
  type: 'NoNormalization',
  juliaModule,
  description: 'Weights of terms are taken as they are.',
  properties: {},
});

export const measurementBasedNormalization = defineValue({
  type: 'MeasurementBasedNormalization',
  juliaModule,
  description: 'Weights of terms are multiplied by the mean magnitude of the data.',
  properties: {},
});

export const systemMatrixBasedNormalization = defineValue({
  type: 'SystemMatrixBasedNormalization',
  juliaModule,
  description: 'Weights of terms are multiplied by the mean squared norm of the columns of the system matrix.',
  properties: {},
});

/** What `normalizeReg` of a reconstruction may hold. */
export const normalizations: readonly ValueDefinition[] = [
  noNormalization,
  measurementBasedNormalization,
  systemMatrixBasedNormalization,
];
