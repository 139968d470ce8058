import { Type } from '@rondel/contracts/schema';
import { solverNames } from '@rondel/least-squares/manifest';
import { defineStep, fileList, node, required, typeName } from '@rondel/reco';
import { imageAxes, spectraAxes } from './axes.js';
import { reg, selectedBytes } from './single-patch.js';
import { solverParameterTypes } from './solver-parameters.js';
import { systemMatrixLoadingTypes } from './system-matrix.js';

const loading = (description: string) => node(systemMatrixLoadingTypes, { description });
const solving = (description: string) => node(solverParameterTypes, { description });

export const twoStepReconstruction = defineStep({
  type: 'SinglePatchTwoStepReconstructionParameters',
  description:
    'Reconstructs high concentrations first, subtracts what they make of the measurement, and reconstructs low ones from the rest; the image is the sum of both.',
  input: spectraAxes,
  output: imageAxes,
  // The threshold is a share of the largest value of all frames.
  parallel: [],
  purity: 'pure',
  effort: 20,
  properties: {
    Gamma: required(Type.Number({ minimum: 0, maximum: 1 }), {
      juliaName: 'Γ',
      description: 'Share of the largest value from which a concentration is high. Written `Γ` in Julia.',
    }),
    sf: fileList({ description: 'System matrix: a calibration file.' }),
    sfLoadHigh: loading('How the system matrix is read for high concentrations.'),
    sfLoadLow: loading('How the system matrix is read for low concentrations.'),
    solver: typeName(solverNames, {
      juliaModule: 'RegularizedLeastSquares',
      description: 'Solver of both, as in Julia; that of `solverParams_high` and `solverParams_low` is used.',
      default: 'Kaczmarz',
    }),
    solverParams_high: solving('How the equations are solved for high concentrations.'),
    solverParams_low: solving('How the equations are solved for low concentrations.'),
    reg_high: reg,
    reg_low: reg,
  },
  estimateBytes: () => 0,
  estimateHostBytes: (_parameters, input) => 2 * selectedBytes(input),
});

export const twoStepNodes = [twoStepReconstruction];
