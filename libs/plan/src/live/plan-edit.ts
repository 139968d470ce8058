import { RondelError, throwProblems, type Catalog } from '@rondel/contracts';
import { assignAt } from '../set/assign-at.js';
import { indexCatalog } from '../check/catalog-index.js';
import { clearAt, clearPlan, nodeAt, setAt, valueAt } from '../value/edit.js';
import { rememberedListFacts } from '../value/list-facts.js';
import { formatPath, parsePath, type PathSegment } from '../value/path.js';
import { isList, isTable, unwrapUnion, type PlanNode, type PlanTable, type PlanValue } from '../value/plan-value.js';
import { checkSize } from '../text/plan-size.js';
import { problemList } from '../check/problem-list.js';
import { clearProperty, propertyState } from '../set/property.js';
import { keyOf } from '../value/property-name.js';
import { assignOne, assignParameters } from '../set/set-parameters.js';
import { childNodes } from '../value/walk.js';
import { throughWrappers } from '../value/wrapper.js';
import { checkLinks } from '../links/check-links.js';
import { followLinks, type PlanRules } from './follow-links.js';
import { baseLinkFunctions, withWorkerFunctions, type LinkFunctions } from '../links/link-functions.js';
import { linksOf, linkTable, listenerTag } from '../links/links.js';
import { isWithin, placeInPlan, type Place } from '../value/place.js';
import { isIgnored, placesOfProperty } from './places.js';
import { applyChanges, planChanges, type PlanChange } from './plan-change.js';

/** A plan and which of its links no longer follow. Immutable. */
export interface PlanState {
  readonly tree: PlanNode;
  /** Keys of links whose target was set by hand. */
  readonly released: ReadonlySet<string>;
}

/** What can be done to a live plan, as data. Values are plain JSON, as `planFromTree` reads them. */
export type PlanEdit =
  | { readonly kind: 'set'; readonly path: string; readonly value: unknown }
  /** Bare names at any depth and paths, as `applyParameters` does; nothing is set when anything is wrong. */
  | { readonly kind: 'set-all'; readonly parameters: Readonly<Record<string, unknown>> }
  /** Makes one property missing; in a list, later items move up. */
  | { readonly kind: 'remove'; readonly path: string }
  /** Makes every property of a node, or of the whole plan, missing; its links go. */
  | { readonly kind: 'clear'; readonly path?: string | undefined; readonly keepNodes?: boolean | undefined }
  | { readonly kind: 'link'; readonly target: string; readonly source: string; readonly function?: string | undefined }
  | { readonly kind: 'unlink'; readonly target: string };

export interface EditedPlan {
  readonly state: PlanState;
  /** Every place that changed or was set, links that followed included. `applyChanges` makes the new tree of the old. */
  readonly changes: readonly PlanChange[];
}

export function planRules(catalog: Catalog, functions: LinkFunctions = baseLinkFunctions): PlanRulesWithCatalog {
  const index = indexCatalog(catalog);
  return { catalog, index, look: rememberedListFacts(), functions: withWorkerFunctions(functions, catalog) };
}

export interface PlanRulesWithCatalog extends PlanRules {
  readonly catalog: Catalog;
}

/** A plan as it is opened: all links follow unless named in `released`. Throws as `checkLinks` does. */
export function planState(tree: PlanNode, rules: PlanRules, released: Iterable<string> = []): PlanState {
  const links = linksOf(tree, rules.look);
  checkLinks(links, rules.functions);
  const keys = new Set(links.map(({ key }) => key));
  return { tree, released: new Set([...released].filter((key) => keys.has(key))) };
}

/** The state after changes that were made elsewhere. */
export function changedState(state: PlanState, changes: readonly PlanChange[], released: Iterable<string>): PlanState {
  return { tree: applyChanges(state.tree, changes), released: new Set(released) };
}

/**
 * The plan after an edit, links having followed. An edit is done as a whole or not at all. Throws the codes of `setAll`,
 * and `PLAN_INVALID_VALUE` when a link can't follow.
 */
export function editPlan(state: PlanState, edit: PlanEdit, rules: PlanRulesWithCatalog): EditedPlan {
  return followEdit(state, perform(state.tree, edit, rules), rules, edit.kind === 'link');
}

/** A plan that was changed by hand, with what its links make of that. Throws as `editPlan`. */
export function followEdit(state: PlanState, edited: Performed, rules: PlanRules, linked = false): EditedPlan {
  const before = state.tree;
  const links = linksOf(edited.tree, rules.look);
  checkLinks(links, rules.functions);
  const kept = keptReleases(state, links, rules);
  const changed = planChanges(before, edited.tree).map(({ at }) => placeInPlan(edited.tree, at));
  const touched = [...changed, ...outside(changed, edited.set)];
  const effective = links.filter(({ target }) => !isIgnored(rules.index, edited.tree, target));
  const followed = followLinks({ before, tree: edited.tree, touched, links: effective, released: kept }, rules);
  // What was set by hand has been measured already.
  if (followed.set.length > 0 || linked) checkSize(followed.tree, rules.look);
  const different = planChanges(before, followed.tree);
  const places = different.map(({ at }) => placeInPlan(followed.tree, at));
  const same = outside(places, [...edited.set, ...followed.set]);
  const unchanged = same.map((at): PlanChange => ({ at, value: valueAt(followed.tree, at), same: true }));
  return {
    state: { tree: followed.tree, released: followed.released },
    changes: [...different, ...unchanged],
  };
}

/** Places where something was set that no change covers. */
function outside(changed: readonly Place[], set: readonly Place[]): readonly Place[] {
  return set.filter((place) => !changed.some((at) => isWithin(place, at) || isWithin(at, place)));
}

/** A link that was replaced by another one in its place follows again. */
function keptReleases(state: PlanState, links: ReturnType<typeof linksOf>, { look }: PlanRules): ReadonlySet<string> {
  if (state.released.size === 0) return state.released;
  const before = new Map(linksOf(state.tree, look).map(({ key, listener }) => [key, listener]));
  const still = links.filter(({ key, listener }) => before.get(key) === listener).map(({ key }) => key);
  return new Set(still.filter((key) => state.released.has(key)));
}

/** What an edit alone has done. */
export interface Performed {
  readonly tree: PlanNode;
  /** What was set, though perhaps to what it was. */
  readonly set: readonly Place[];
}

function perform(tree: PlanNode, edit: PlanEdit, rules: PlanRulesWithCatalog): Performed {
  switch (edit.kind) {
    case 'set':
      return setOne(tree, edit, rules);
    case 'set-all':
      return setMany(tree, edit.parameters, rules);
    case 'remove':
      return removeOne(tree, edit.path, rules);
    case 'clear':
      return { tree: clear(tree, edit), set: [] };
    case 'link':
      return { tree: addLink(tree, edit, rules), set: [] };
    case 'unlink':
      return { tree: removeLinks(tree, parsePath(edit.target)), set: [] };
  }
}

function setOne(tree: PlanNode, { path, value }: { path: string; value: unknown }, rules: PlanRules): Performed {
  const { plan, problems } = assignOne(rules, tree, { name: path, value });
  throwProblems(problems);
  return { tree: plan, set: [placeInPlan(plan, parsePath(path))] };
}

function setMany(
  tree: PlanNode,
  parameters: Readonly<Record<string, unknown>>,
  rules: PlanRulesWithCatalog,
): Performed {
  const { plan, problems } = assignParameters(tree, parameters, rules.catalog);
  throwProblems(problems);
  return { tree: plan, set: parameterPlaces(plan, parameters, rules) };
}

/** Where `assignParameters` has set something. */
export function parameterPlaces(
  plan: PlanNode,
  parameters: Readonly<Record<string, unknown>>,
  { index }: PlanRules,
): readonly Place[] {
  const set = Object.keys(parameters).flatMap((name) => {
    const path = parsePath(name);
    const [bare] = path;
    return path.length === 1 && typeof bare === 'string' ? placesOfProperty(index, plan, bare) : [path];
  });
  return set.map((path) => placeInPlan(plan, path));
}

function removeOne(tree: PlanNode, text: string, rules: PlanRulesWithCatalog): Performed {
  const path = parsePath(text);
  const above = path.slice(0, -1);
  const position = path.at(-1);
  const holder = valueAt(tree, above);
  const list = holder === undefined ? undefined : unwrapUnion(holder);
  if (typeof position !== 'number' || !isList(list) || position > list.length) {
    return { tree: clearProperty(tree, text, rules.catalog), set: [placeInPlan(tree, path)] };
  }
  // The rest of the list has to be one that the property takes.
  const problems = problemList();
  const changed = assignAt(rules.index, tree, { path: above, value: list.toSpliced(position - 1, 1), problems });
  throwProblems(problems.all());
  return { tree: changed ?? clearAt(tree, path), set: [placeInPlan(tree, above)] };
}

function clear(tree: PlanNode, { path, keepNodes }: Extract<PlanEdit, { kind: 'clear' }>): PlanNode {
  const options = { keepNodes: keepNodes ?? true };
  if (path === undefined || path === '') return withoutListeners(clearPlan(tree, options));
  const node = nodeAt(tree, path);
  if (node !== undefined) return setAt(tree, path, withoutListeners(clearPlan(node, options)));
  throw new RondelError(
    'PLAN_UNKNOWN_PROPERTY',
    `${path} is no node of the plan, so it has no properties to clear. Remove the property itself instead.`,
    { at: path },
  );
}

/** As in Julia, where `clear!` gives every property a new observable. */
function withoutListeners(node: PlanNode): PlanNode {
  const properties = new Map([...node.properties].filter(([key]) => key !== listenerTag));
  for (const { node: child, property } of childNodes({ node, path: '' })) {
    if (property !== undefined) properties.set(property, withoutListeners(child));
  }
  return { ...node, properties };
}

type LinkEdit = Extract<PlanEdit, { kind: 'link' }>;

function addLink(tree: PlanNode, edit: LinkEdit, { catalog, functions }: PlanRulesWithCatalog): PlanNode {
  for (const path of [edit.target, edit.source]) propertyState(tree, path, catalog);
  const target = parsePath(edit.target);
  const source = throughWrappers(tree, parsePath(edit.source));
  if (!source.every((segment) => typeof segment === 'string')) {
    throw new RondelError(
      'PLAN_INVALID_VALUE',
      `A link can't follow ${edit.source}: plan files name what a link follows without positions in lists.`,
      { at: edit.target },
    );
  }
  const table = linkTable(source, functionName(edit.function ?? 'identity', functions));
  return changeListeners(tree, target, (listeners) => [...listeners, table]);
}

/** `MPIReco.defaultParameterMinFreq` is of module `MPIReco`; a bare name is one of Julia's `Base`, or of the package that has it. */
function functionName(text: string, functions: LinkFunctions): { module?: string | undefined; name: string } {
  if (baseLinkFunctions.has(text)) return { module: 'Base', name: text };
  const full = functions.has(text) && !text.includes('.') ? withModule(text, functions) : text;
  const dot = full.lastIndexOf('.');
  if (dot > 0 && functions.has(full)) return { module: full.slice(0, dot), name: full.slice(dot + 1) };
  return { name: text };
}

/** The first name with a module under which the function is registered too. */
function withModule(name: string, functions: LinkFunctions): string {
  const keys = [...functions.keys()];
  return keys.find((key) => key.endsWith(`.${name}`) && functions.get(key) === functions.get(name)) ?? name;
}

function removeLinks(tree: PlanNode, target: readonly PathSegment[]): PlanNode {
  return changeListeners(tree, target, () => []);
}

function changeListeners(
  tree: PlanNode,
  target: readonly PathSegment[],
  change: (listeners: readonly PlanValue[]) => readonly PlanValue[],
): PlanNode {
  const place = throughWrappers(tree, target);
  const name = place.at(-1);
  const above = place.slice(0, -1);
  const node = above.length === 0 ? tree : nodeAt(tree, above);
  if (typeof name !== 'string' || node === undefined) {
    throw new RondelError('PLAN_UNKNOWN_PROPERTY', `${formatPath(target)} is no property of a node.`, {
      at: formatPath(target),
    });
  }
  const tables = entriesOf(node.properties.get(listenerTag));
  const key = keyOf(tables, name) ?? name;
  const known = tables.get(key);
  const listeners = change(isList(known) ? known : []);
  if (listeners.length === 0) tables.delete(key);
  else tables.set(key, listeners);
  const value: PlanTable | undefined = tables.size === 0 ? undefined : { kind: 'table', entries: tables };
  return applyChanges(tree, [{ at: [...above, listenerTag], value }]);
}

function entriesOf(listeners: PlanValue | undefined): Map<string, PlanValue> {
  return new Map(isTable(listeners) ? listeners.entries : []);
}
