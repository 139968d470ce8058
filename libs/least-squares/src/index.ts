import type { ReconstructionPackage } from '@rondel/reco';
import { leastSquaresManifest } from './manifest.js';

export type { PatchedRows, SparseRows } from '@rondel/compute';
export { multiplySystem } from './solve/multiply-system.js';
export { normalizationFactors, type NormalizationName } from './solve/normalization.js';
export { openKaczmarz, type KaczmarzSweeps } from './solve/open-kaczmarz.js';
export type { SolveOptions, SolveProgress, UnknownsTransform } from './solve/solve-options.js';
export { solveSystem } from './solve/solve-system.js';
export { termsOf, type HeldTerms, type UnknownImage } from './solve/terms-of.js';
export {
  denseSystem,
  patchedSystem,
  reweightedSystem,
  sparseSystem,
  type LinearSystem,
  type SystemOptions,
} from './system/linear-system.js';

/** The package with its code; it has no steps of its own. */
export const leastSquaresPackage: ReconstructionPackage = { manifest: leastSquaresManifest, steps: [] };
