import { Check, Errors } from '@rondel/contracts/schema';
import { branchesOf, choicesOf, isSchema, itemBounds, itemSchema, type JsonSchema } from './json-schema.js';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { isNumberArray, numberTest } from './number-test.js';
import { appendSegment } from '../value/path.js';
import {
  isList,
  isNothing,
  isTable,
  isTypeReference,
  unwrapUnion,
  type PlanTable,
  type PlanValue,
} from '../value/plan-value.js';
import type { Site } from './problem-list.js';
import { schemaWords } from './schema-words.js';
import { bareTypeName } from '../value/type-name.js';
import { valueToTree } from '../text/tree-writer.js';
import { valueWords } from '../text/value-words.js';

/** Wrong items of one array that are reported one by one. */
const mostItems = 5;

/**
 * Checks a plain value against a JSON Schema and returns it as the schema means it: an integral float is an integer where
 * an integer belongs, an integer is a float where a number belongs, a type's name stands for the string. What does not
 * fit is reported as `PLAN_INVALID_VALUE`.
 */
export function conformValue(schema: JsonSchema, value: PlanValue, site: Site): PlanValue {
  const found = site.problems.count;
  const converted = convert(schema, unwrapUnion(value), site);
  if (site.problems.count > found) return value;
  if (isList(converted) && isNumberArray(schema)) return converted;
  const plain = isNothing(converted) && allowsTable(schema) ? {} : valueToTree(converted);
  // TypeBox has the last word: it knows keywords that have no sentence here.
  if (!Check(schema, plain)) reportInvalid(schema, { value, extra: firstError(schema, plain) }, site);
  return converted;
}

function firstError(schema: JsonSchema, plain: unknown): string {
  const [first] = Errors(schema, plain);
  return first === undefined ? '' : ` (${first.instancePath === '' ? '' : `${first.instancePath} `}${first.message})`;
}

function allowsTable(schema: JsonSchema): boolean {
  return branchesOf(schema).some((branch) => branch.type === 'object');
}

function convert(schema: JsonSchema, value: PlanValue, site: Site): PlanValue {
  const branches = branchesOf(schema);
  const fitting = branches.filter((branch) => fits(branch, value));
  const [first] = fitting;
  if (first === undefined) {
    reportInvalid(schema, { value }, site);
    return value;
  }
  if (fitting.length === 1) return convertBranch(first, value, site);
  const clean = fitting.find((branch) => isClean(branch, value, site));
  return convertBranch(clean ?? first, value, site);
}

function isClean(branch: JsonSchema, value: PlanValue, site: Site): boolean {
  const problems = site.problems.scratch();
  convertBranch(branch, value, { path: site.path, problems });
  return problems.count === 0;
}

/** Whether the value has the schema's type, without a look at ranges and items. */
function fits(schema: JsonSchema, value: PlanValue): boolean {
  const choices = choicesOf(schema);
  if (choices !== undefined) return choices.includes(plainScalar(value));
  switch (schema.type) {
    case 'integer':
      return isIntegral(value);
    case 'number':
      return typeof value === 'bigint' || (typeof value === 'number' && Number.isFinite(value));
    case 'string':
      return typeof value === 'string' || isTypeReference(value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'null':
      return isNothing(value);
    case 'array':
      return isList(value);
    case 'object':
      return isTable(value);
    default:
      return true;
  }
}

function isIntegral(value: PlanValue): boolean {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isSafeInteger(value));
}

function plainScalar(value: PlanValue): unknown {
  if (typeof value === 'bigint') return Number(value);
  if (isTypeReference(value)) return bareTypeName(value.name);
  return isNothing(value) ? null : value;
}

function convertBranch(schema: JsonSchema, value: PlanValue, site: Site): PlanValue {
  if (isList(value)) return convertList(schema, value, site);
  if (isTable(value)) return convertTable(schema, value, site);
  const converted = convertScalar(schema, value);
  if (!Check(schema, plainScalar(converted))) reportInvalid(schema, { value }, site);
  return converted;
}

function convertScalar(schema: JsonSchema, value: PlanValue): PlanValue {
  if (isTypeReference(value) && (schema.type === 'string' || choicesOf(schema) !== undefined)) {
    return bareTypeName(value.name);
  }
  if (schema.type === 'integer' && typeof value === 'number') return BigInt(value);
  return schema.type === 'number' && typeof value === 'bigint' ? Number(value) : value;
}

function convertList(schema: JsonSchema, items: readonly PlanValue[], site: Site): PlanValue {
  const { least, most } = itemBounds(schema);
  if (items.length < least || items.length > most) {
    reportInvalid(schema, { value: items }, site);
    return items;
  }
  const scratch = site.problems.scratch(mostItems);
  const quick = isSchema(schema.items) ? numberTest(schema.items) : undefined;
  const converted = items.map((item, position) => {
    const wanted = itemSchema(schema, position);
    if (wanted === undefined) return item;
    return (
      quick?.(item) ??
      convert(wanted, unwrapUnion(item), { path: appendSegment(site.path, position + 1), problems: scratch })
    );
  });
  site.problems.addAll(scratch, `more wrong items in ${site.path}`);
  return converted;
}

function convertTable(schema: JsonSchema, table: PlanTable, site: Site): PlanValue {
  const properties = isSchema(schema.properties) ? schema.properties : {};
  const entries = [...table.entries].map(([key, value]): readonly [string, PlanValue] => {
    const wanted = Object.hasOwn(properties, key) ? properties[key] : undefined;
    if (!isSchema(wanted)) return [key, value];
    const path = appendSegment(site.path, key);
    return [key, convert(wanted, unwrapUnion(value), { path, problems: site.problems })];
  });
  return { kind: 'table', entries: new Map(entries) };
}

function reportInvalid(schema: JsonSchema, { value, extra = '' }: { value: PlanValue; extra?: string }, site: Site) {
  const choices = branchesOf(schema)
    .flatMap((branch) => choicesOf(branch) ?? [])
    .filter((choice) => typeof choice === 'string');
  const nearest = typeof value === 'string' ? nearestNames(value, choices) : [];
  const hint = didYouMean(nearest.map((name) => JSON.stringify(name)));
  site.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${site.path} must be ${schemaWords(schema)}, got ${valueWords(value)}${extra}.${hint}`,
    at: site.path,
    ...(nearest.length > 0 && { details: { nearest } }),
  }));
}
