import type { PackageManifest } from '@rondel/reco';
import { radonFlexibleCircle, radonParallelCircle } from './manifest/circle.js';
import { coneBeamGeometry } from './manifest/cone-beam.js';
import { fdkReconstruction } from './manifest/fdk.js';
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
import { backprojectionPlan, fbpPlan, fdkPlan, iterativePlan } from './manifest/plans.js';
import { detectorCorrection } from './manifest/detector-correction.js';
import { flatField } from './manifest/flat-field.js';
import { outlierRemoval } from './manifest/outlier-removal.js';
import { paganinPhase } from './manifest/phase.js';
import { radonPreprocessing, transmissionPreprocessing } from './manifest/preprocessing.js';
import { ringRemoval } from './manifest/rings.js';

/** What the package can do, as data. Loads no compute code. */
export const radonManifest: PackageManifest = {
  name: '@rondel/radon',
  version: '0.3.0',
  module: 'RondelRadon',
  // `Main` is where Julia has what is defined beside the packages, as the geometry in the documentation.
  aliases: ['OurRadonReco', 'RadonKA', 'Main'],
  description:
    'Tomography: filtered backprojection of parallel, fan and cone beams, and iterative reconstruction of these and of any other rays.',
  nodes: [
    directRadonAlgorithm,
    directRadonParameters,
    iterativeRadonAlgorithm,
    iterativeRadonParameters,
    radonPreprocessing,
    transmissionPreprocessing,
    ringRemoval,
    outlierRemoval,
    detectorCorrection,
    flatField,
    paganinPhase,
    radonBackprojection,
    radonFilteredBackprojection,
    iterativeRadonReconstruction,
    radonFlexibleCircle,
    radonParallelCircle,
    coneBeamGeometry,
    fdkReconstruction,
  ],
  plans: [fbpPlan, backprojectionPlan, fdkPlan, iterativePlan],
};
