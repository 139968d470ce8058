import type { ReconstructionPackage } from '@rondel/reco';
import { leastSquaresManifest } from './manifest.js';

/** The package with its code; it has no steps of its own. */
export const leastSquaresPackage: ReconstructionPackage = { manifest: leastSquaresManifest, steps: [] };
