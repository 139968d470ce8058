import type { Catalog, CatalogNode, CatalogProperty, CatalogRemoteResolver } from '@rondel/contracts';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { placeName } from '../value/path.js';
import { valueFromTree } from '../text/tree-reader.js';
import { valueWords } from '../text/value-words.js';
import {
  isNode,
  isNothing,
  isTypeReference,
  nothing,
  unwrapUnion,
  type PlanNode,
  type PlanValue,
} from '../value/plan-value.js';
import { canonicalName, propertyOf } from '../value/property-name.js';
import { alternatives, cut, listed, quote } from '../value/text.js';
import { bareTypeName } from '../value/type-name.js';
import { wrapperOf } from '../value/wrapper.js';

/** A catalog prepared for look-ups. */
export interface CatalogIndex {
  /** Bare type name to its definitions; several when packages share a name. */
  readonly types: ReadonlyMap<string, readonly CatalogNode[]>;
  /** Any name of a module, aliases included, to the modules it may mean. */
  readonly modules: ReadonlyMap<string, ReadonlySet<string>>;
  /** By the name that `_remote` tables use; absent where the catalog does not say. */
  readonly remoteResolvers?: ReadonlyMap<string, CatalogRemoteResolver>;
}

export function indexCatalog(catalog: Catalog): CatalogIndex {
  const types = new Map<string, CatalogNode[]>();
  const modules = new Map<string, Set<string>>();
  const name = (alias: string, module: string) => modules.set(alias, (modules.get(alias) ?? new Set()).add(module));
  for (const node of catalog.nodes) {
    for (const type of [node.type, ...(node.alsoKnownAs ?? [])]) types.set(type, [...(types.get(type) ?? []), node]);
    name(node.module, node.module);
  }
  for (const { module, aliases } of catalog.packages) {
    for (const alias of [module, ...aliases]) name(alias, module);
  }
  const { remoteResolvers } = catalog;
  if (remoteResolvers === undefined) return { types, modules };
  return { types, modules, remoteResolvers: new Map(remoteResolvers.map((resolver) => [resolver.name, resolver])) };
}

/**
 * Finds the definition of a node. A module may be an alias, or qualified as Julia prints it (`Main.OurRadonReco`); where
 * it is absent the type's name decides, and the module inherited from above where several packages have that name.
 * Without a definition `explainUnresolved` says why.
 */
export function resolveNode(
  index: CatalogIndex,
  node: PlanNode,
  at: { readonly inherited: string },
): { readonly definition?: CatalogNode | undefined } {
  const definition = findDefinition(index, node, at);
  return { definition: definition && presentIn(definition, node) };
}

function findDefinition(
  index: CatalogIndex,
  node: PlanNode,
  at: { readonly inherited: string },
): CatalogNode | undefined {
  const candidates = index.types.get(bareTypeName(node.type)) ?? [];
  if (node.module !== undefined) {
    const names = index.modules.get(node.module) ?? index.modules.get(bareTypeName(node.module));
    return candidates.find((candidate) => names?.has(candidate.module));
  }
  if (candidates.length < 2) return candidates[0];
  return candidates.find((candidate) => candidate.module === at.inherited);
}

/** The definition with those properties only that the node has, as it is: some exist for some values of another one. */
function presentIn(definition: CatalogNode, node: PlanNode): CatalogNode {
  const properties = definition.properties.filter(({ onlyFor }) => {
    if (onlyFor === undefined) return true;
    const word = decidingWord(definition, node, onlyFor.property);
    return word !== undefined && onlyFor.values.includes(word);
  });
  return properties.length === definition.properties.length ? definition : { ...definition, properties };
}

/** The value of a property that decides about others, as a word: a string, the name of a type, or the type of a node. */
function decidingWord(definition: CatalogNode, node: PlanNode, name: string): string | undefined {
  const given = propertyOf(node, name);
  const value = given === undefined ? undefined : unwrapUnion(given);
  if (value !== undefined && !isNothing(value)) return wordOf(value);
  const { default: unlessGiven } = definition.properties.find((property) => property.name === name) ?? {};
  return unlessGiven === undefined ? undefined : wordOf(unwrapUnion(valueFromTree(unlessGiven)));
}

function wordOf(value: PlanValue): string | undefined {
  if (typeof value === 'string') return bareTypeName(value);
  if (isTypeReference(value)) return bareTypeName(value.name);
  return isNode(value) ? bareTypeName(value.type) : undefined;
}

/**
 * A property of a node that its definition has, but that does not exist for what the node says now: what it exists for, and
 * what the node says.
 */
export function absentProperty(
  index: CatalogIndex,
  { node, key }: { readonly node: PlanNode; readonly key: string },
  at: { readonly inherited: string },
):
  | { readonly name: string; readonly deciding: string; readonly values: readonly string[]; readonly now: string }
  | undefined {
  const definition = findDefinition(index, node, at);
  const property = definition && findProperty(definition, key);
  if (definition === undefined || property?.onlyFor === undefined) return undefined;
  const { property: deciding, values } = property.onlyFor;
  const now = decidingWord(definition, node, deciding) ?? valueWords(propertyOf(node, deciding) ?? nothing);
  return { name: property.name, deciding, values, now };
}

/** The module that nodes inside inherit. A wrapper passes on the one above it: it is not of the package that it wraps. */
export function moduleWithin(
  node: PlanNode,
  { definition, inherited }: { readonly definition: CatalogNode | undefined; readonly inherited: string },
): string {
  if (wrapperOf(node) !== undefined) return inherited;
  return definition?.module ?? node.module ?? inherited;
}

interface UnresolvedPlace {
  readonly path: string;
  /** Types that the property takes, where it says. */
  readonly accepts?: readonly string[] | undefined;
}

/** Why a node has no definition, as a sentence and as data. */
export function explainUnresolved(
  index: CatalogIndex,
  node: PlanNode,
  { path, accepts }: UnresolvedPlace,
): { readonly message: string; readonly details: Record<string, unknown> } {
  const type = bareTypeName(node.type);
  const modules = (index.types.get(type) ?? []).map((candidate) => candidate.module);
  const place = placeName(path);
  if (modules.length === 0) {
    const nearest = nearestNames(type, index.types.keys());
    return {
      message: `${place} has the type ${quote(type)}, which no installed package provides.${accepts === undefined ? didYouMean(nearest) : ` There ${accepts.length === 1 ? 'is' : 'are'} ${listed(accepts)} here.`}`,
      details: { type: cut(type), nearest },
    };
  }
  const message =
    node.module === undefined
      ? `${place} has the type ${type}, which ${modules.join(' and ')} provide. Say which one with _module.`
      : `${place} has the type ${type} of module ${quote(node.module)}, but that type is provided by ${alternatives(modules)}.`;
  return { message, details: { type, modules } };
}

/** Whether anything looks at what a node says under a name: what its definition does not have is kept and ignored. */
export function hasEffect(definition: CatalogNode | undefined, name: string | undefined): boolean {
  return definition === undefined || name === undefined || findProperty(definition, name) !== undefined;
}

/** The property of a definition that a name means, in either spelling of Greek letters. */
export function findProperty(definition: CatalogNode, name: string): CatalogProperty | undefined {
  const wanted = canonicalName(name);
  return definition.properties.find((property) => canonicalName(property.name) === wanted);
}
