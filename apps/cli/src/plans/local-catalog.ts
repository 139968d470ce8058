import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { mpiManifest } from '@rondel/mpi/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry, loadManifests, namedPackages, type Registry } from '@rondel/reco';

/**
 * The node types and built-in plans of the packages that this command brings along and of those that `RONDEL_PACKAGES`
 * names; needs no server. Throws `INVALID_REQUEST` for a package that does not load.
 */
export async function localRegistry(environment: NodeJS.ProcessEnv): Promise<Registry> {
  return createRegistry([
    leastSquaresManifest,
    radonManifest,
    mpiManifest,
    ...(await loadManifests(namedPackages(environment), process.cwd())),
  ]);
}
