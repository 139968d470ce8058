import { type CatalogNode, type CatalogProperty, RondelError } from '@rondel/contracts';
import {
  absentProperty,
  type CatalogIndex,
  explainUnresolved,
  findProperty,
  moduleWithin,
  resolveNode,
} from './catalog-index.js';
import { asBefore, nameInJulia, nodeInJulia, typeInJulia, valueInJulia } from './julia-words.js';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { appendSegment, placeName } from '../value/path.js';
import {
  type PlanNode,
  type PlanValue,
  isList,
  isNode,
  isNothing,
  isTypeReference,
  unwrapUnion,
} from '../value/plan-value.js';
import { isTag, keyOf } from '../value/property-name.js';
import { type Site, problemList } from './problem-list.js';
import { valueFromTree } from '../text/tree-reader.js';
import { alternatives, cut, quote } from '../value/text.js';
import { conformFile, holdsFile } from './conform-file.js';
import { claimsRemote, conformRemote } from './conform-remote.js';
import { conformValue } from './conform-value.js';
import { isSchema } from './json-schema.js';
import { bareTypeName } from '../value/type-name.js';
import { valueWords } from '../text/value-words.js';
import { anyNode, wrappedNode } from './wrapped-node.js';
import { wrapperOf } from '../value/wrapper.js';
import type { Conformance, ConformedNode, NodePlace } from './conformance.js';

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
      if (!isTag(key)) reportUnknown(conformance, { node, definition, key }, place);
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

interface UnknownProperty extends Known {
  readonly key: string;
}

function reportUnknown(conformance: Conformance, { node, definition, key }: UnknownProperty, place: NodePlace): void {
  const absent = absentProperty(conformance.index, { node, key }, place);
  if (absent !== undefined) {
    const report = conformance.unknownProperties === 'ignore' ? conformance.ignored : place.problems;
    report?.add(() => ({
      code: 'PLAN_UNKNOWN_PROPERTY',
      message: `${placeName(place.path)} (${definition.type}) has ${absent.name} only where ${absent.deciding} is ${alternatives(absent.values)}, not ${absent.now}; it is kept and has no effect.`,
      at: appendSegment(place.path, cut(key)),
      details: { type: definition.type },
    }));
    return;
  }
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
  const advice = holdsFile(property.schema)
    ? ` Name the file with the data, ${property.name}=REFERENCE, or set the property to a data reference.`
    : '';
  place.problems.add(() => ({
    code: 'PLAN_MISSING_PROPERTY',
    message: `${path} is missing and has no default. ${definition.type} needs it: ${property.description}${unit}${advice}`,
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

export interface PropertyPlace extends Site {
  /** Module of the node that has the property. */
  readonly module: string;
}

/**
 * Checks the value of a property and returns it as the catalog means it; `undefined` when it says no more than an absent
 * one would (*nothing* where the property may be absent). Problems go to `place.problems`.
 */
export function conformProperty(
  conformance: Conformance,
  given: PropertyValue,
  place: PropertyPlace,
): PlanValue | undefined {
  const conformed = conformOwn(conformance, given, place);
  return conformance.julia === undefined ? conformed : asBefore(given.value, valueInJulia(conformed));
}

interface PropertyValue {
  readonly property: CatalogProperty;
  readonly value: PlanValue;
}

function conformOwn(
  conformance: Conformance,
  { property, value }: PropertyValue,
  place: PropertyPlace,
): PlanValue | undefined {
  const inner = unwrapUnion(value);
  if (isNothing(inner) && property.optional && property.default === undefined && !holdsTable(property))
    return undefined;
  if (property.accepts === undefined) return conformPlain(conformance, { property, value: inner }, place);
  if (property.typeReference === true) return conformType(conformance, { property, value: inner }, place);
  const holder = { conformance, accepts: property.accepts, place };
  return property.list === true ? conformList(holder, inner) : conformChild(holder, inner, place.path);
}

function holdsTable(property: CatalogProperty): boolean {
  return isSchema(property.schema) && property.schema.type === 'object';
}

function conformPlain(
  { index }: Conformance,
  { property, value }: { property: CatalogProperty; value: PlanValue },
  place: PropertyPlace,
): PlanValue {
  if (holdsFile(property.schema)) return conformFile(property, value, place);
  // What it stands for is known only on the worker; there it is held against the schema.
  if (claimsRemote(value) && property.local !== true) return conformRemote(index, value, place);
  return isSchema(property.schema) ? conformValue(property.schema, value, place) : value;
}

function conformType({ julia }: Conformance, { property, value }: PropertyValue, place: PropertyPlace): PlanValue {
  const accepts = property.accepts ?? [];
  const name = isTypeReference(value) ? value.name : value;
  const known = typeof name === 'string' ? accepts.find((type) => type === bareTypeName(name)) : undefined;
  if (known !== undefined) {
    const type = { kind: 'type', module: isTypeReference(value) ? value.module : undefined, name: known } as const;
    return julia === undefined ? type : typeInJulia(julia, type, property);
  }
  const nearest = typeof name === 'string' ? nearestNames(bareTypeName(name), accepts) : [];
  place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${place.path} must be the name of a type, one of ${accepts.join(', ')}; got ${valueWords(value)}.${didYouMean(nearest)}`,
    at: place.path,
    details: { nearest },
  }));
  return value;
}

interface Holder {
  readonly conformance: Conformance;
  readonly accepts: readonly string[];
  readonly place: PropertyPlace;
}

function conformList(holder: Holder, value: PlanValue): PlanValue {
  if (isList(value)) {
    return value.map((item, position) =>
      conformChild(holder, unwrapUnion(item), appendSegment(holder.place.path, position + 1)),
    );
  }
  const hint = isNode(value) || namedNode(holder, value) ? ' Put it in brackets.' : listHint(holder, value);
  holder.place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${holder.place.path} must be a list of nodes of type ${holder.accepts.join(', ')}, got ${valueWords(value)}.${hint}`,
    at: holder.place.path,
  }));
  return value;
}

/** Calls, as in Julia, are not read: says what to write instead. */
function listHint({ accepts }: Holder, value: PlanValue): string {
  if (typeof value !== 'string') return '';
  const type = accepts.find((name) => value.includes(`${name}(`));
  return type === undefined ? '' : ` Write [{_type = "${type}"}], with its properties in it.`;
}

function conformChild({ conformance, accepts, place }: Holder, value: PlanValue, path: string): PlanValue {
  const node = isNode(value) ? value : namedNode({ conformance, accepts, place }, value);
  if (node !== undefined) return conformAccepted({ conformance, accepts, place }, node, path);
  place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${path} must be a node (a table with _type) of type ${accepts.join(', ')}, got ${valueWords(value)}.`,
    at: path,
  }));
  return value;
}

/** The name of an accepted type alone stands for a node of it whose properties are all left out. */
function namedNode({ conformance, accepts, place }: Holder, value: PlanValue): PlanNode | undefined {
  if (typeof value !== 'string' || !accepts.includes(value)) return undefined;
  const node: PlanNode = { kind: 'node', type: value, wrapped: false, properties: new Map() };
  const { definition } = resolveNode(conformance.index, node, { inherited: place.module });
  return { ...node, wrapped: definition?.kind !== 'value' };
}

function conformAccepted({ conformance, accepts, place }: Holder, node: PlanNode, path: string): PlanNode {
  const any = accepts.includes(anyNode);
  const site = { path, inherited: place.module, problems: place.problems, accepts: any ? undefined : accepts };
  const child = conformNode(conformance, node, site);
  const held = wrappedNode(conformance.index, child.node, place.module);
  if (held !== undefined) checkPlaced(conformance.index, { node: child.node, held }, site);
  const types = [child.node, ...(held === undefined ? [] : [held])].map(
    (one) =>
      resolveNode(conformance.index, one, { inherited: place.module }).definition?.type ?? bareTypeName(one.type),
  );
  if (held === undefined || any || types.some((type) => accepts.includes(type))) return child.node;
  const nearest = nearestNames(bareTypeName(held.type), accepts);
  place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${path} must be a node of type ${accepts.join(', ')}, got ${valueWords(held)}.${didYouMean(nearest)}`,
    at: path,
    details: { accepts: [...accepts] },
  }));
  return child.node;
}

interface Placed {
  readonly node: PlanNode;
  readonly held: PlanNode;
}

/** Only what runs can run elsewhere: a value belongs to the step that reads it. */
function checkPlaced(index: CatalogIndex, { node, held }: Placed, place: NodePlace): void {
  if (wrapperOf(node)?.places !== true || resolveNode(index, held, place).definition?.kind !== 'value') return;
  place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${place.path} is to run elsewhere, but ${valueWords(held)} is no step. Wrap the step that it belongs to.`,
    at: place.path,
  }));
}
