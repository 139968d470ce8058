import type { PackageManifest } from '@rondel/reco';
import {
  directRadonAlgorithm,
  directRadonParameters,
  radonBackprojection,
  radonFilteredBackprojection,
} from './manifest/direct.js';
import {
  iterativeRadonAlgorithm,
  iterativeRadonParameters,
  iterativeRadonReconstruction,
} from './manifest/iterative.js';
import { backprojectionPlan, fbpPlan, iterativePlan } from './manifest/plans.js';
import { radonPreprocessing, transmissionPreprocessing } from './manifest/preprocessing.js';

/** What the package can do, as data. Loads no compute code. */
export const radonManifest: PackageManifest = {
  name: '@rondel/radon',
  version: '0.3.0',
  module: 'RondelRadon',
  aliases: ['OurRadonReco'],
  description: 'Parallel-beam tomography: filtered backprojection and iterative reconstruction.',
  nodes: [
    directRadonAlgorithm,
    directRadonParameters,
    iterativeRadonAlgorithm,
    iterativeRadonParameters,
    radonPreprocessing,
    transmissionPreprocessing,
    radonBackprojection,
    radonFilteredBackprojection,
    iterativeRadonReconstruction,
  ],
  plans: [fbpPlan, backprojectionPlan, iterativePlan],
};
