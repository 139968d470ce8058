import type { PackageManifest } from '@rondel/reco';
import { advancedPlans } from './manifest/advanced-plans.js';
import { backgroundEstimationNodes } from './manifest/background-estimation.js';
import { frequencyFilterNodes } from './manifest/frequency-filters.js';
import { handsFreeNodes } from './manifest/hands-free.js';
import { lowLevelNodes } from './manifest/low-level.js';
import { lowLevelPlan, singlePatchPlan } from './manifest/plans.js';
import { motionNodes } from './manifest/motion.js';
import { multiPatchNodes } from './manifest/multi-patch.js';
import { noPostProcessing } from './manifest/post-processing.js';
import { preprocessingNodes } from './manifest/preprocessing.js';
import { singlePatchNodes } from './manifest/single-patch.js';
import { solverParameterNodes } from './manifest/solver-parameters.js';
import { sparseLoadingNodes } from './manifest/sparse-loading.js';
import { systemMatrixNodes } from './manifest/system-matrix.js';
import { twoStepNodes } from './manifest/two-step.js';
import { weightingNodes } from './manifest/weighting.js';

/** What the package can do, as data. Loads no compute code. */
export const mpiManifest: PackageManifest = {
  name: '@rondel/mpi',
  version: '0.1.0',
  module: 'MPIReco',
  aliases: ['MPIFiles'],
  description: 'Magnetic particle imaging with measured system matrices.',
  nodes: [
    ...singlePatchNodes,
    ...handsFreeNodes,
    ...twoStepNodes,
    ...backgroundEstimationNodes,
    ...multiPatchNodes,
    ...motionNodes,
    ...lowLevelNodes,
    ...preprocessingNodes,
    ...systemMatrixNodes,
    ...sparseLoadingNodes,
    ...frequencyFilterNodes,
    ...weightingNodes,
    ...solverParameterNodes,
    noPostProcessing,
  ],
  plans: [singlePatchPlan, lowLevelPlan, ...advancedPlans],
  // They open the calibration file, which only workers can: what follows through one is left to the step.
  workerLinkFunctions: [
    'defaultParameterMaxFreq',
    'defaultParameterMinFreq',
    'defaultParameterRecChannels',
    'defaultParameterGridSize',
    'defaultParameterCalibFov',
    'defaultParameterCalibCenter',
    'defaultParameterTfCorrection',
  ],
};
