import type { Catalog, CatalogNode, CatalogProperty } from '@rondel/contracts';
import { Type } from '@rondel/contracts/schema';
import type { NodeDefinition, StepDefinition } from './definitions.js';
import { linkFunctionsOf, workerLinkFunctionsOf } from './link-functions.js';
import type { PackageManifest } from './package.js';
import { conditionalNames, fixedHalo, parallelNames } from './parallel-axes.js';
import type { Property } from './properties.js';

/** What a plan says of a data file. */
const fileSchema = Type.String({ format: 'data-reference', minLength: 1, maxLength: 4096 });

/** The manifests as plain data: what the API validates plans against and what `GET /v1/catalog` answers. */
export function catalogOf(manifests: readonly PackageManifest[]): Catalog {
  return {
    packages: manifests.map(({ name, version, module, aliases = [], description }) => ({
      name,
      version,
      module,
      aliases: [...aliases],
      description,
    })),
    nodes: manifests.flatMap((manifest) => manifest.nodes.map((node) => catalogNode(manifest, node))),
    plans: manifests.flatMap((manifest) => manifest.plans.map((plan) => ({ ...plan }))),
    linkFunctions: [...linkFunctionsOf(manifests).keys()],
    ...workerFunctions(manifests),
    remoteResolvers: manifests.flatMap((manifest) =>
      (manifest.remoteResolvers ?? []).map(({ name, description, fields }) => ({
        name,
        package: manifest.name,
        description,
        schema: fields,
      })),
    ),
  };
}

function workerFunctions(manifests: readonly PackageManifest[]): Pick<Catalog, 'workerLinkFunctions'> {
  const names = workerLinkFunctionsOf(manifests);
  return names.length === 0 ? {} : { workerLinkFunctions: names };
}

function catalogNode(manifest: PackageManifest, node: NodeDefinition): CatalogNode {
  return {
    module: manifest.module,
    type: node.type,
    ...(node.alsoKnownAs !== undefined && { alsoKnownAs: [...node.alsoKnownAs] }),
    package: manifest.name,
    kind: node.kind,
    description: node.description,
    ...(node.juliaModule !== undefined && { juliaModule: node.juliaModule }),
    properties: catalogProperties(node),
    ...(node.kind === 'step' && {
      input: [...node.input],
      output: [...node.output],
      parallel: parallelNames(node),
      ...conditionsOf(node),
      ...halosOf(node),
      purity: node.purity,
    }),
  };
}

function conditionsOf(step: StepDefinition): Pick<CatalogNode, 'conditional'> {
  const conditional = conditionalNames(step);
  return conditional.length === 0 ? {} : { conditional };
}

/** The axes of a step whose blocks need neighbours. */
function halosOf(step: StepDefinition): Pick<CatalogNode, 'halo'> {
  const halos = parallelNames(step).flatMap((axis) => {
    const halo = fixedHalo(step, axis);
    return halo === 0 ? [] : [[axis, halo ?? 'parameters'] as const];
  });
  return halos.length === 0 ? {} : { halo: Object.fromEntries(halos) };
}

function catalogProperties(node: NodeDefinition): CatalogProperty[] {
  switch (node.kind) {
    case 'algorithm':
      return [
        {
          name: 'parameter',
          description: 'What the algorithm runs.',
          accepts: [...node.accepts],
          optional: false,
        },
      ];
    case 'pipeline':
      return Object.entries(node.stages).map(([name, stage]) => ({
        name,
        description: stage.description,
        accepts: [...stage.accepts],
        ...(stage.optional === true ? { optional: true } : defaultNode(stage.default)),
      }));
    case 'step':
    case 'value':
      return Object.entries(node.properties).map(([name, property]) => catalogProperty(name, property));
    case 'wrapper':
      return Object.entries(node.properties).map(([name, property]) => ({
        ...catalogProperty(name, property),
        ...(property.holds === 'value' && { local: true }),
      }));
  }
}

function catalogProperty(name: string, property: Property): CatalogProperty {
  const { juliaName, onlyFor } = property;
  return {
    ...heldProperty(name, property),
    ...(juliaName !== undefined && { juliaName }),
    ...(onlyFor !== undefined && { onlyFor: { property: onlyFor.property, values: [...onlyFor.values] } }),
  };
}

/** A node that a plan need not give, as it would give it. */
function defaultNode(type: string | undefined): Pick<CatalogProperty, 'optional' | 'default'> {
  return type === undefined ? { optional: false } : { optional: true, default: { _type: type } };
}

function heldProperty(name: string, property: Property): CatalogProperty {
  const { description } = property;
  switch (property.holds) {
    case 'value': {
      const hasDefault = property.default !== undefined;
      return {
        name,
        description,
        schema: property.schema,
        optional: property.optional || hasDefault,
        ...(property.unit !== undefined && { unit: property.unit }),
        ...(hasDefault && { default: property.default }),
      };
    }
    case 'node':
      return {
        name,
        description,
        accepts: [...property.accepts],
        ...(property.default === undefined ? { optional: property.optional } : defaultNode(property.default)),
      };
    case 'nodes':
      return { name, description, accepts: [...property.accepts], list: true, optional: true };
    case 'file':
      return { name, description, schema: fileSchema, local: true, optional: property.optional };
    case 'files':
      return {
        name,
        description,
        schema: Type.Array(fileSchema, { minItems: 1 }),
        local: true,
        optional: property.optional,
      };
    case 'type':
      return {
        name,
        description,
        accepts: [...property.accepts],
        typeReference: true,
        ...(property.juliaModule !== undefined && { juliaModule: property.juliaModule }),
        optional: property.default !== undefined,
        ...(property.default !== undefined && { default: property.default }),
      };
  }
}
