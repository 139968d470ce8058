import { RondelError, type Catalog } from '@rondel/contracts';
import { catalogOf } from './catalog.js';
import { cachingManifest, distributionManifest } from './distribution.js';
import type { LinkFunctions } from '@rondel/plan';
import type { NodeDefinition } from './definitions.js';
import { indexUnique } from './index-unique.js';
import { linkFunctionsOf } from './link-functions.js';
import type { BuiltInPlan, PackageManifest, ReconstructionPackage, StepFactory } from './package.js';
import { builtInRemoteImplementations } from '../remote/remote-values-built-in.js';
import type { ResolveRemote } from '../remote/remote-values.js';

/** All node types and built-in plans of the installed packages, without their code. */
export interface Registry {
  readonly catalog: Catalog;
  /** What links may compute: functions of `Base` and of the packages. */
  readonly linkFunctions: LinkFunctions;
  /** Names of the plans that no package brings along. */
  readonly folderPlans: ReadonlySet<string>;
  /** Throws `PLAN_UNKNOWN_TYPE`. */
  definition(type: string): NodeDefinition;
  /** Throws `NOT_FOUND` with the names that there are. */
  plan(name: string): BuiltInPlan;
}

/** A registry that can also run steps; only executors have one. */
export interface ExecutableRegistry extends Registry {
  /** Throws `INTERNAL` when the package declares the step but brings no code for it. */
  factory(type: string): StepFactory;
  /** Throws `INTERNAL` when the package declares the resolver but brings no code for it. */
  remoteResolver(name: string): ResolveRemote;
  /** Package name to version, for provenance. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Builds the registry once at start-up. Throws `INVALID_REQUEST` when two packages claim the same name, or a folder of plans one
 * that a package has.
 *
 * @param folderPlans further plans by name, see `loadPlans`.
 */
export function createRegistry(
  packages: readonly PackageManifest[],
  folderPlans: readonly BuiltInPlan[] = [],
): Registry {
  const manifests = [...packages, distributionManifest, cachingManifest];
  const definitions = indexUnique(
    'node type',
    manifests.flatMap((manifest) =>
      manifest.nodes.flatMap((node) => [node.type, ...(node.alsoKnownAs ?? [])].map((type) => [type, node] as const)),
    ),
  );
  indexUnique(
    'remote value',
    manifests.flatMap(({ remoteResolvers = [] }) =>
      remoteResolvers.map((resolver) => [resolver.name, resolver] as const),
    ),
  );
  const plans = indexUnique(
    'built-in plan',
    [...manifests.flatMap((manifest) => manifest.plans), ...folderPlans].map((plan) => [plan.name, plan] as const),
  );
  const catalog = catalogOf(manifests);
  return {
    catalog: { ...catalog, plans: [...catalog.plans, ...folderPlans.map((plan) => ({ ...plan }))] },
    folderPlans: new Set(folderPlans.map(({ name }) => name)),
    linkFunctions: linkFunctionsOf(manifests),
    definition(type) {
      const found = definitions.get(type);
      if (found) return found;
      throw new RondelError(
        'PLAN_UNKNOWN_TYPE',
        `No package that is loaded here provides ${type}. RONDEL_PACKAGES names further ones, for the API and for each worker.`,
        { details: { type } },
      );
    },
    plan(name) {
      const found = plans.get(name);
      if (found) return found;
      const known = [...plans.keys()].sort().join(', ');
      throw new RondelError('NOT_FOUND', `There is no built-in plan "${name}". There are: ${known}.`);
    },
  };
}

/** A registry of packages with their code. */
export function createExecutableRegistry(packages: readonly ReconstructionPackage[]): ExecutableRegistry {
  const registry = createRegistry(packages.map(({ manifest }) => manifest));
  const factories = indexUnique(
    'step implementation',
    packages.flatMap(({ steps }) => steps.map((step) => [step.type, step.create] as const)),
  );
  const resolvers = indexUnique(
    'remote value implementation',
    [...builtInRemoteImplementations, ...packages.flatMap(({ remoteResolvers = [] }) => remoteResolvers)].map(
      ({ name, resolve }) => [name, resolve] as const,
    ),
  );
  return {
    ...registry,
    versions: Object.fromEntries(packages.map(({ manifest }) => [manifest.name, manifest.version])),
    factory(type) {
      const found = factories.get(type);
      if (found) return found;
      throw new RondelError('INTERNAL', `The package that declares ${type} brings no code for it.`);
    },
    remoteResolver(name) {
      const found = resolvers.get(name);
      if (found) return found;
      throw new RondelError('INTERNAL', `The package that declares the remote value "${name}" brings no code for it.`);
    },
  };
}
