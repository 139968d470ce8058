import { RondelError, type Catalog } from '@rondel/contracts';
import { catalogOf } from './catalog.js';
import { distributionManifest } from './distribution.js';
import type { NodeDefinition } from './definitions.js';
import type { BuiltInPlan, PackageManifest, ReconstructionPackage, StepFactory } from './package.js';

/** All node types and built-in plans of the installed packages, without their code. */
export interface Registry {
  readonly catalog: Catalog;
  /** Throws `PLAN_UNKNOWN_TYPE`. */
  definition(type: string): NodeDefinition;
  /** Throws `NOT_FOUND` with the names that there are. */
  plan(name: string): BuiltInPlan;
}

/** A registry that can also run steps; only executors have one. */
export interface ExecutableRegistry extends Registry {
  /** Throws `INTERNAL` when the package declares the step but brings no code for it. */
  factory(type: string): StepFactory;
  /** Package name to version, for provenance. */
  readonly versions: Readonly<Record<string, string>>;
}

/** Builds the registry once at start-up. Throws `INTERNAL` when two packages claim the same name. */
export function createRegistry(packages: readonly PackageManifest[]): Registry {
  const manifests = [...packages, distributionManifest];
  const definitions = indexUnique(
    'node type',
    manifests.flatMap((manifest) => manifest.nodes.map((node) => [node.type, node] as const)),
  );
  const plans = indexUnique(
    'built-in plan',
    manifests.flatMap((manifest) => manifest.plans.map((plan) => [plan.name, plan] as const)),
  );
  return {
    catalog: catalogOf(manifests),
    definition(type) {
      const found = definitions.get(type);
      if (found) return found;
      throw new RondelError('PLAN_UNKNOWN_TYPE', `No installed package provides ${type}.`, { details: { type } });
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
  return {
    ...registry,
    versions: Object.fromEntries(packages.map(({ manifest }) => [manifest.name, manifest.version])),
    factory(type) {
      const found = factories.get(type);
      if (found) return found;
      throw new RondelError('INTERNAL', `The package that declares ${type} brings no code for it.`);
    },
  };
}

function indexUnique<T>(what: string, entries: readonly (readonly [string, T])[]): ReadonlyMap<string, T> {
  const index = new Map<string, T>();
  for (const [name, value] of entries) {
    if (index.has(name)) throw new RondelError('INTERNAL', `Two packages provide the ${what} "${name}".`);
    index.set(name, value);
  }
  return index;
}
