import { computeVersion } from '@rondel/compute';
import { formatsVersion } from '@rondel/formats';
import { leastSquaresPackage } from '@rondel/least-squares';
import { mpiPackage } from '@rondel/mpi/steps';
import { radonPackage } from '@rondel/radon/steps';
import type { ReconstructionPackage } from '@rondel/reco';

/** Packages that come with Rondel, with their code. The API lists the same ones by their manifests. */
export const installedPackages: readonly ReconstructionPackage[] = [leastSquaresPackage, radonPackage, mpiPackage];

/** Libraries below all packages whose numbers are in every image, name to version: kernels and solvers, and readers. */
export const computingLibraries = {
  '@rondel/compute': computeVersion,
  '@rondel/formats': formatsVersion,
} as const satisfies Readonly<Record<string, string>>;

/** What gives a result other than its step and input: one of another engine, kernels or readers is another. */
export function computedBy({ name, version }: { readonly name: string; readonly version: string }): string {
  const libraries = Object.entries(computingLibraries).map(([library, own]) => `${library} ${own}`);
  return [`${name} ${version}`, ...libraries].join(', ');
}
