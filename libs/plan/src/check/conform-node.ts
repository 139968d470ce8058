import { RondelError, type CatalogNode, type CatalogProperty } from '@rondel/contracts';
import { explainUnresolved, findProperty, moduleWithin, resolveNode, type CatalogIndex } from './catalog-index.js';
import { conformProperty, type PropertyPlace } from './conform-property.js';
import { nameInJulia, nodeInJulia, type JuliaWords } from './julia-words.js';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { appendSegment, placeName } from '../value/path.js';
import { isList, isNode, unwrapUnion, type PlanNode, type PlanValue } from '../value/plan-value.js';
import { isTag, keyOf } from '../value/property-name.js';
import { problemList, type ProblemList, type Site } from './problem-list.js';
import { valueFromTree } from '../text/tree-reader.js';
import { cut, quote } from '../value/text.js';

/** How a plan is held against a catalog. */
export interface Conformance {
  readonly index: CatalogIndex;
  /** Report properties that have no value and no default. */
  readonly requireAll: boolean;
  /** Give properties that have no value their default. */
  readonly fillDefaults: boolean;
  /**
   * What a property means that the catalog does not know. `refuse`: a problem, as a name that somebody has just typed.
   * `ignore`: a problem only if a known name is near, so that it may be a slip; else it is a field of another version in
   * a file, which is kept and has no effect.
   */
  readonly unknownProperties: 'refuse' | 'ignore';
  /** Name modules, types and properties as Julia does, for what is set in a plan that came from there. */
  readonly julia?: JuliaWords | undefined;
  /** Takes note of the properties that are ignored. */
  readonly ignored?: ProblemList;
}

export interface NodePlace extends Site {
  /** Module of the node above. */
  readonly inherited: string;
  /** Types that the property takes in which the node stands. */
  readonly accepts?: readonly string[] | undefined;
}

interface ConformedNode {
  readonly node: PlanNode;
  /** Absent when the type is unknown; the node is then unchanged. */
  readonly definition?: CatalogNode;
}

/**
 * Checks a node and all below it, and returns it as the catalog spells it: module, type, names of properties, kinds of
 * numbers. Unknown properties and tags are kept. Problems go to `place.problems`.
 */
export function conformNode(conformance: Conformance, node: PlanNode, place: NodePlace): ConformedNode {
  const { definition } = resolveNode(conformance.index, node, place);
  if (definition === undefined) {
    place.problems.add(() => ({
      code: 'PLAN_UNKNOWN_TYPE',
      at: place.path,
      ...explainUnresolved(conformance.index, node, place),
    }));
    checkWithin(conformance, node, place);
    return { node };
  }
  const given = conformGiven(conformance, { node, definition }, place);
  const properties = completeProperties(conformance, { node, definition, given }, place);
  const { julia } = conformance;
  if (julia !== undefined) return { node: nodeInJulia(julia, { ...node, properties }, definition), definition };
  return { node: { ...node, module: definition.module, type: definition.type, properties }, definition };
}

/** Checks the nodes inside one of unknown type, so that each of theirs is reported too. */
function checkWithin(conformance: Conformance, node: PlanNode, place: NodePlace): void {
  const inherited = moduleWithin(node, { definition: undefined, inherited: place.inherited });
  for (const [key, value] of node.properties) {
    if (isTag(key)) continue;
    const path = appendSegment(place.path, key);
    checkNodesIn(conformance, value, { path, inherited, problems: place.problems });
  }
}

function checkNodesIn(conformance: Conformance, value: PlanValue, place: NodePlace): void {
  const inner = unwrapUnion(value);
  if (isNode(inner)) conformNode(conformance, inner, place);
  if (!isList(inner)) return;
  for (const [position, item] of inner.entries()) {
    if (typeof item !== 'object') continue;
    checkNodesIn(conformance, item, { ...place, path: appendSegment(place.path, position + 1) });
  }
}

interface Known {
  readonly node: PlanNode;
  readonly definition: CatalogNode;
}

type Properties = ReadonlyMap<string, PlanValue>;

function conformGiven(conformance: Conformance, { node, definition }: Known, place: NodePlace): Properties {
  const properties = new Map<string, PlanValue>();
  for (const [key, value] of node.properties) {
    const property = isTag(key) ? undefined : findProperty(definition, key);
    if (property === undefined) {
      if (!isTag(key)) reportUnknown(conformance, { definition, key }, place);
      properties.set(key, value);
      continue;
    }
    const conformed = conformProperty(
      conformance,
      { property, value },
      propertyPlace({ node, definition }, property, place),
    );
    const name = conformance.julia === undefined ? property.name : nameInJulia(property);
    if (conformed !== undefined) properties.set(name, conformed);
  }
  return properties;
}

function propertyPlace({ node, definition }: Known, property: CatalogProperty, place: NodePlace): PropertyPlace {
  return {
    path: appendSegment(place.path, property.name),
    problems: place.problems,
    module: moduleWithin(node, { definition, inherited: place.inherited }),
  };
}

interface UnknownProperty {
  readonly definition: CatalogNode;
  readonly key: string;
}

function reportUnknown(conformance: Conformance, { definition, key }: UnknownProperty, place: NodePlace): void {
  const names = definition.properties.map((property) => property.name);
  const nearest = nearestNames(key, names);
  if (conformance.unknownProperties === 'ignore' && nearest.length === 0) {
    conformance.ignored?.add(() => ({
      code: 'PLAN_UNKNOWN_PROPERTY',
      message: `${placeName(place.path)} (${definition.type}) has no property ${quote(key)}; it is kept and has no effect.`,
      at: appendSegment(place.path, cut(key)),
      details: { type: definition.type },
    }));
    return;
  }
  place.problems.add(() => {
    const has = names.length === 0 ? 'it has none' : `it has ${cut(names.join(', '), 200)}`;
    return {
      code: 'PLAN_UNKNOWN_PROPERTY',
      message: `${placeName(place.path)} (${definition.type}) has no property ${quote(key)}; ${has}.${didYouMean(nearest)}`,
      at: appendSegment(place.path, cut(key)),
      details: { type: definition.type, nearest },
    };
  });
}

function completeProperties(
  conformance: Conformance,
  { node, definition, given }: Known & { given: Properties },
  place: NodePlace,
): Properties {
  const properties = new Map(given);
  for (const property of definition.properties) {
    if (keyOf(node.properties, property.name) !== undefined) continue;
    if (property.default !== undefined) {
      if (conformance.fillDefaults) properties.set(property.name, defaultValue(conformance, definition, property));
    } else if (!property.optional && conformance.requireAll) {
      reportMissing(definition, property, place);
    }
  }
  return properties;
}

function reportMissing(definition: CatalogNode, property: CatalogProperty, place: NodePlace): void {
  const path = appendSegment(place.path, property.name);
  const unit = property.unit === undefined ? '' : ` (${property.unit})`;
  place.problems.add(() => ({
    code: 'PLAN_MISSING_PROPERTY',
    message: `${path} is missing and has no default. ${definition.type} needs it: ${property.description}${unit}`,
    at: path,
  }));
}

/** The default of a property as a value of a plan. Throws `INTERNAL` when the package that declares it is wrong. */
export function defaultValue(conformance: Conformance, definition: CatalogNode, property: CatalogProperty): PlanValue {
  const problems = problemList();
  const path = appendSegment(definition.type, property.name);
  const value = valueFromTree(property.default, { path });
  const place = { path, problems, module: definition.module };
  const conformed = conformProperty({ ...conformance, requireAll: false }, { property, value }, place);
  const [first] = problems.all();
  if (first === undefined) return conformed ?? value;
  throw new RondelError(
    'INTERNAL',
    `${definition.package} declares a default that it does not accept: ${first.message}`,
  );
}
