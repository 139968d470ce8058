import { expect, it } from 'vitest';
import { typeTitle } from './type-title.js';

it.each([
  ['TransmissionPreprocessingParameters', 'Transmission Preprocessing'],
  ['RadonFilteredBackprojectionParameters', 'Radon Filtered Backprojection'],
  ['DirectRadonAlgorithm', 'Direct Radon Algorithm'],
  ['L2Regularization', 'L2 Regularization'],
  ['MPIFiles', 'MPI Files'],
  ['CGNR', 'CGNR'],
  ['Parameters', 'Parameters'],
])('D19: %s is called %s', (type, title) => {
  expect(typeTitle(type)).toBe(title);
});
