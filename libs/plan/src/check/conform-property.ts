import type { CatalogProperty } from '@rondel/contracts';
import { resolveNode, type CatalogIndex } from './catalog-index.js';
import { conformNode, type Conformance, type NodePlace } from './conform-node.js';
import { claimsRemote, conformRemote } from './conform-remote.js';
import { conformValue } from './conform-value.js';
import { isSchema } from './json-schema.js';
import { asBefore, typeInJulia, valueInJulia } from './julia-words.js';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { appendSegment } from '../value/path.js';
import {
  isList,
  isNode,
  isNothing,
  isTypeReference,
  unwrapUnion,
  type PlanNode,
  type PlanValue,
} from '../value/plan-value.js';
import type { Site } from './problem-list.js';
import { bareTypeName } from '../value/type-name.js';
import { valueWords } from '../text/value-words.js';
import { anyNode, wrappedNode } from './wrapped-node.js';
import { wrapperOf } from '../value/wrapper.js';

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
  const hint = isNode(value) ? ' Put it in brackets.' : '';
  holder.place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${holder.place.path} must be a list of nodes of type ${holder.accepts.join(', ')}, got ${valueWords(value)}.${hint}`,
    at: holder.place.path,
  }));
  return value;
}

function conformChild({ conformance, accepts, place }: Holder, value: PlanValue, path: string): PlanValue {
  if (isNode(value)) return conformAccepted({ conformance, accepts, place }, value, path);
  place.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${path} must be a node (a table with _type) of type ${accepts.join(', ')}, got ${valueWords(value)}.`,
    at: path,
  }));
  return value;
}

function conformAccepted({ conformance, accepts, place }: Holder, node: PlanNode, path: string): PlanNode {
  const any = accepts.includes(anyNode);
  const site = { path, inherited: place.module, problems: place.problems, accepts: any ? undefined : accepts };
  const child = conformNode(conformance, node, site);
  const held = wrappedNode(conformance.index, child.node, place.module);
  if (held !== undefined) checkPlaced(conformance.index, { node: child.node, held }, site);
  const types = [child.node.type, held?.type ?? ''].map(bareTypeName);
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
