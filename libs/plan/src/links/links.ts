import { RondelError } from '@rondel/contracts';
import { listFacts, type LookAtList } from '../value/list-facts.js';
import { appendSegment, formatPath, parsePath } from '../value/path.js';
import { isList, isNode, isTable, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { bareTypeName } from '../value/type-name.js';
import { walkPlan } from '../value/walk.js';
import { placeInPlan, type Place } from '../value/place.js';

/** Tag of a node under which its links are kept, as in Julia's files: property name to a list of listeners. */
export const listenerTag = '_listener';
const linkType = 'LinkedPropertyListener';
const linkModule = 'AbstractImageReconstruction';

/** A property that follows another one until it is set by hand: `LinkedPropertyListener` of a plan file. */
export interface PlanLink {
  /** Names the link among those of its plan: target and position in the target's list. */
  readonly key: string;
  readonly target: Place;
  readonly source: Place;
  readonly function: { readonly module?: string | undefined; readonly name: string };
  /** The table it was read from. */
  readonly listener: PlanNode;
}

/**
 * The links that a plan declares. Throws `PLAN_INVALID_VALUE` for a listener that says nothing sensible and
 * `PLAN_UNKNOWN_TYPE` for one of another type: it would silently do nothing.
 */
export function linksOf(plan: PlanNode, look: LookAtList = listFacts): readonly PlanLink[] {
  const links: PlanLink[] = [];
  for (const { node, path } of walkPlan(plan, look)) {
    const listeners = node.properties.get(listenerTag);
    if (listeners !== undefined) links.push(...linksAt(plan, listeners, path));
  }
  return links;
}

/** Whether any node of a plan has links, which is quicker to tell than what they say. */
export function hasLinks(plan: PlanNode): boolean {
  for (const { node } of walkPlan(plan)) if (node.properties.has(listenerTag)) return true;
  return false;
}

function linksAt(plan: PlanNode, listeners: PlanValue, path: string): PlanLink[] {
  const place = appendSegment(path, listenerTag);
  if (!isTable(listeners)) throw malformed(place, 'a table of lists of listeners');
  return [...listeners.entries].flatMap(([property, list]) => {
    const at = appendSegment(place, property);
    if (!isList(list)) throw malformed(at, 'a list of listeners');
    const target = placeInPlan(plan, parsePath(appendSegment(path, property)));
    return list.map((listener, index) =>
      readLink(plan, listener, { target, at: appendSegment(at, index + 1), position: index + 1 }),
    );
  });
}

interface LinkPlace {
  readonly target: Place;
  readonly at: string;
  readonly position: number;
}

function readLink(root: PlanNode, listener: PlanValue, { target, at, position }: LinkPlace): PlanLink {
  if (!isNode(listener)) throw malformed(at, 'a table with _type');
  if (bareTypeName(listener.type) !== linkType) {
    throw new RondelError(
      'PLAN_UNKNOWN_TYPE',
      `${at} is a listener of type ${listener.type}; only ${linkType} is known. Remove it, or open the plan without watching it.`,
      { at },
    );
  }
  const { plan, field, fn } = Object.fromEntries(listener.properties);
  if (!isList(plan) || !plan.every((name) => typeof name === 'string'))
    throw malformed(`${at}.plan`, 'a list of names');
  if (typeof field !== 'string' || field === '') throw malformed(`${at}.field`, 'the name of a property');
  if (!isNode(fn)) throw malformed(`${at}.fn`, 'a table with _module and _type');
  return {
    key: `${formatPath(target)}#${position}`,
    target,
    source: placeInPlan(root, [...plan, field]),
    function: { module: fn.module, name: fn.type },
    listener,
  };
}

function malformed(at: string, wanted: string): RondelError {
  return new RondelError('PLAN_INVALID_VALUE', `${at} must be ${wanted}, as savePlan writes listeners.`, { at });
}

/** A link as a table of a plan file. */
export function linkTable(source: readonly string[], { module, name }: PlanLink['function']): PlanNode {
  const fn: PlanNode = { kind: 'node', module, type: name, wrapped: false, properties: new Map() };
  const properties = new Map<string, PlanValue>([
    ['field', source.at(-1) ?? ''],
    ['plan', source.slice(0, -1)],
    ['fn', fn],
  ]);
  return { kind: 'node', module: linkModule, type: linkType, wrapped: false, properties };
}
