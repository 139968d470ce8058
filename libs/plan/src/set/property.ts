import type { Catalog } from '@rondel/contracts';
import { definitionAt } from './assign-at.js';
import { findProperty, indexCatalog, type CatalogIndex } from '../check/catalog-index.js';
import { clearAt, valueAt } from '../value/edit.js';
import { takeInventory } from '../check/inventory.js';
import { formatPath, parsePath, type PathSegment } from '../value/path.js';
import { isNode, isNothing, unwrapUnion, type PlanNode } from '../value/plan-value.js';
import { isTag, keyOf } from '../value/property-name.js';
import { assignOne, unknownName, type AppliedParameters } from './set-parameters.js';
import { throughWrappers } from '../value/wrapper.js';

/**
 * What a property says.
 *
 * - `given`: a value
 * - `nothing`: an empty table, Julia's `nothing`
 * - `default`: missing, and the catalog has a default
 * - `absent`: missing, and may be
 * - `missing`: missing, and must be given before the plan can be built
 */
export type PropertyState = 'given' | 'nothing' | 'default' | 'absent' | 'missing';

/** Sets several properties, each by its path, and collects the problems of all instead of throwing. */
export function setProperties(
  plan: PlanNode,
  properties: Readonly<Record<string, unknown>>,
  catalog: Catalog,
): AppliedParameters {
  const index = indexCatalog(catalog);
  return Object.entries(properties).reduce<AppliedParameters>(
    (made, [name, value]) => {
      const applied = assignOne({ index }, made.plan, { name, value });
      return { plan: applied.plan, problems: [...made.problems, ...applied.problems] };
    },
    { plan, problems: [] },
  );
}

/**
 * Makes the property at a path missing. One that the catalog does not know, but the plan has, may be cleared too.
 *
 * Throws `PLAN_UNKNOWN_PROPERTY` with the nearest names when neither has it.
 */
export function clearProperty(plan: PlanNode, path: string, catalog: Catalog): PlanNode {
  if (valueAt(plan, path) !== undefined) return clearAt(plan, path);
  propertyState(plan, path, catalog);
  return plan;
}

/** What the property at a path says. Throws `PLAN_UNKNOWN_PROPERTY` when neither plan nor catalog have it. */
export function propertyState(plan: PlanNode, path: string, catalog: Catalog): PropertyState {
  const value = valueAt(plan, path);
  if (value !== undefined) return isNothing(unwrapUnion(value)) ? 'nothing' : 'given';
  const index = indexCatalog(catalog);
  const property = declaredAt(index, plan, parsePath(path));
  if (property === undefined)
    throw unknownName(index, takeInventory(index, plan), { path: parsePath(path), everywhere: false });
  if (property.default !== undefined) return 'default';
  return property.optional ? 'absent' : 'missing';
}

/** Whether a property that the plan may have is missing. Throws as `propertyState` does. */
export function isMissing(plan: PlanNode, path: string, catalog: Catalog): boolean {
  const state = propertyState(plan, path, catalog);
  return state !== 'given' && state !== 'nothing';
}

/**
 * Names of the properties that the node at a path may have, as the catalog lists them, then those that only the plan has;
 * with those of the node inside for a wrapper, its own first. Empty for what is no node. Tags such as `_listener` are none.
 */
export function propertyNames(plan: PlanNode, path: string, catalog: Catalog): string[] {
  const node = path === '' ? plan : valueAt(plan, path);
  const inner = node === undefined ? undefined : unwrapUnion(node);
  if (!isNode(inner)) return [];
  const segments = path === '' ? [] : throughWrappers(plan, parsePath(path));
  const definition = definitionAt(indexCatalog(catalog), plan, segments)?.definition;
  const declared = (definition?.properties ?? []).map(({ name }) => name);
  const known = new Map(declared.map((name) => [name, true]));
  const others = [...inner.properties.keys()].filter((key) => !isTag(key) && keyOf(known, key) === undefined);
  const own = [...declared, ...others];
  if (definition?.kind !== 'wrapper') return own;
  const inside = ['param', 'algo'].filter((name) => inner.properties.has(name));
  const within = inside.flatMap((name) => propertyNames(plan, formatPath([...segments, name]), catalog));
  return [...new Set([...own, ...within])];
}

function declaredAt(index: CatalogIndex, plan: PlanNode, path: readonly PathSegment[]) {
  const segments = throughWrappers(plan, path);
  const name = segments.at(-1);
  const holder = definitionAt(index, plan, segments.slice(0, -1));
  return holder === undefined || typeof name !== 'string' ? undefined : findProperty(holder.definition, name);
}
