import { leastSquaresManifest } from '@rondel/least-squares/manifest';
import { mpiManifest } from '@rondel/mpi/manifest';
import { radonManifest } from '@rondel/radon/manifest';
import { createRegistry, loadManifests, loadPlans, namedPackages, namedPlanFolders, type Registry } from '@rondel/reco';

/**
 * The node types and built-in plans of the packages that this command brings along and of those that `RONDEL_PACKAGES`
 * names, and the plans of the folders that `RONDEL_PLAN_DIRS` names; needs no server. Throws `INVALID_REQUEST` for a package
 * that does not load, or a folder of plans that cannot be read.
 */
export async function localRegistry(environment: NodeJS.ProcessEnv): Promise<Registry> {
  const packages = await loadManifests(namedPackages(environment), process.cwd());
  const plans = await loadPlans(namedPlanFolders(environment));
  return createRegistry([leastSquaresManifest, radonManifest, mpiManifest, ...packages], plans);
}
