import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { mpiManifest } from '@rondel/mpi/manifest';
import { radonManifest } from '@rondel/radon/manifest';

/** Packages that come with Rondel; the API needs their manifests alone. */
export const installedManifests = [leastSquaresManifest, radonManifest, mpiManifest];
