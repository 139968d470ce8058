import { defineValue, type ValueDefinition } from '@rondel/reco';

const juliaModule = 'RegularizedLeastSquares';

export const noNormalization = defineValue({
  type: 'NoNormalization',
  juliaModule,
  description: 'λ of every term is taken as it is, in the units of the squared system matrix.',
  properties: {},
});

export const measurementBasedNormalization = defineValue({
  type: 'MeasurementBasedNormalization',
  juliaModule,
  description:
    'λ of every term is multiplied by the mean magnitude of what is solved for: sum over rows of w |b| over the number of rows, w the weight of a row; of each frame its own.',
  properties: {},
});

export const systemMatrixBasedNormalization = defineValue({
  type: 'SystemMatrixBasedNormalization',
  juliaModule,
  description:
    'λ of every term is multiplied by the mean squared norm of the columns of the system matrix: sum of |w a|^2 over all its entries over the number of unknowns, w the weight of a row. So λ is a share of the matrix, whatever its units.',
  properties: {},
});

/** What `normalizeReg` of a reconstruction may hold. */
export const normalizations: readonly ValueDefinition[] = [
  noNormalization,
  measurementBasedNormalization,
  systemMatrixBasedNormalization,
];
