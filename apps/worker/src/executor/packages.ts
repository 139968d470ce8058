import { leastSquaresPackage } from '@rondel/least-squares';
import { mpiPackage } from '@rondel/mpi/steps';
import { radonPackage } from '@rondel/radon/steps';
import type { ReconstructionPackage } from '@rondel/reco';

/** Packages that come with Rondel, with their code. The API lists the same ones by their manifests. */
export const installedPackages: readonly ReconstructionPackage[] = [leastSquaresPackage, radonPackage, mpiPackage];
