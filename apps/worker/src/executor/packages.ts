import { radonPackage } from '@rondel/radon/steps';
import type { ReconstructionPackage } from '@rondel/reco';

/** Reconstruction packages that this build of the worker can run. The API lists the same ones by their manifests. */
export const installedPackages: readonly ReconstructionPackage[] = [radonPackage];
