import { isRondelError, parseDataReference, type CatalogRemoteResolver } from '@rondel/contracts';
import type { CatalogIndex } from './catalog-index.js';
import { conformValue } from './conform-value.js';
import { isSchema, schemasIn, type JsonSchema } from './json-schema.js';
import { didYouMean, nearestNames } from '../text/nearest.js';
import { appendSegment } from '../value/path.js';
import { isTable, type PlanTable, type PlanValue } from '../value/plan-value.js';
import type { Site } from './problem-list.js';
import { parseSlice, sliceField, sliceWords } from './remote-slice.js';
import { alternatives, cut, quote } from '../value/text.js';
import { valueToTree } from '../text/tree-writer.js';
import { valueWords } from '../text/value-words.js';

/** The tag that makes a table a remote value. */
const tag = '_remote';

/** Whether the value claims to be one that a worker resolves, well-formed or not. */
export function claimsRemote(value: PlanValue): value is PlanTable {
  return isTable(value) && value.entries.has(tag);
}

/**
 * Checks the form of a `_remote` table against the resolver that it names, and returns it with the kinds of numbers that
 * the resolver declares. What it stands for is known only on the worker. Catalogs without resolvers take any table.
 *
 * Problems are `PLAN_INVALID_VALUE`, and `DATA_*` for a reference that can lead nowhere.
 */
export function conformRemote(index: CatalogIndex, table: PlanTable, site: Site): PlanTable {
  if (index.remoteResolvers === undefined) return table;
  const name = table.entries.get(tag);
  const resolver = typeof name === 'string' ? index.remoteResolvers.get(name) : undefined;
  if (resolver === undefined) {
    reportUnknownResolver([...index.remoteResolvers.keys()], name, site);
    return table;
  }
  const fields = fieldsOf(resolver);
  reportMissing(fields, { table, resolver }, site);
  reportForms({ table, resolver }, site);
  const entries = [...table.entries].map(([key, value]): readonly [string, PlanValue] => {
    if (key === tag) return [key, value];
    if (key === sliceField && !Object.hasOwn(fields.schemas, key)) return [key, conformSlice(value, site)];
    return [key, conformField(fields, { key, value, resolver }, site)];
  });
  return { ...table, entries: new Map(entries) };
}

interface Fields {
  readonly schemas: Readonly<Record<string, unknown>>;
  readonly required: readonly unknown[];
}

function fieldsOf({ schema }: CatalogRemoteResolver): Fields {
  const facts: JsonSchema = isSchema(schema) ? schema : {};
  return {
    schemas: isSchema(facts.properties) ? facts.properties : {},
    required: Array.isArray(facts.required) ? facts.required.map((name: unknown) => name) : [],
  };
}

function reportUnknownResolver(known: readonly string[], name: PlanValue | undefined, site: Site): void {
  const nearest = typeof name === 'string' ? nearestNames(name, known) : [];
  site.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${site.path} has _remote ${name === undefined ? 'missing' : valueWords(name)}, but what can resolve a remote value here is ${known.join(', ')}.${didYouMean(nearest)}`,
    at: site.path,
    details: { nearest },
  }));
}

interface Named {
  readonly table: PlanTable;
  readonly resolver: CatalogRemoteResolver;
}

/** A resolver whose fields go together in several ways lists them as `oneOf: [{ required: [...] }]`; one must be meant. */
function reportForms({ table, resolver }: Named, site: Site): void {
  const schema: JsonSchema = isSchema(resolver.schema) ? resolver.schema : {};
  const forms = (schemasIn(schema, 'oneOf') ?? []).map(({ required }) =>
    Array.isArray(required) ? required.filter((name) => typeof name === 'string') : [],
  );
  const has = (name: string) => table.entries.has(name);
  const meant = forms.filter((form) => form.every(has));
  if (forms.length === 0 || meant.length === 1) return;
  const [nearest] = forms.toSorted((a, b) => b.filter(has).length - a.filter(has).length);
  const lacking = meant.length > 0 ? undefined : nearest?.find((name) => !has(name));
  const given = lacking === undefined ? 'gives more than it takes' : `lacks ${lacking}`;
  site.problems.add(() => ({
    code: 'PLAN_INVALID_VALUE',
    message: `${site.path} ${given}: the remote value "${resolver.name}" takes ${alternatives(forms.map((form) => form.join(' with ')))}.`,
    at: lacking === undefined ? site.path : appendSegment(site.path, lacking),
  }));
}

function conformSlice(value: PlanValue, site: Site): PlanValue {
  const path = appendSegment(site.path, sliceField);
  if (parseSlice(valueToTree(value)) === undefined) {
    site.problems.add(() => ({
      code: 'PLAN_INVALID_VALUE',
      message: `${path} must be a slice ${sliceWords}; got ${valueWords(value)}.`,
      at: path,
    }));
  }
  return value;
}

function reportMissing({ required }: Fields, { table, resolver }: Named, site: Site): void {
  for (const field of required) {
    if (typeof field !== 'string' || table.entries.has(field)) continue;
    site.problems.add(() => ({
      code: 'PLAN_INVALID_VALUE',
      message: `${site.path} lacks ${field}, which the remote value "${resolver.name}" needs.`,
      at: appendSegment(site.path, field),
    }));
  }
}

interface Field {
  readonly key: string;
  readonly value: PlanValue;
  readonly resolver: CatalogRemoteResolver;
}

function conformField({ schemas }: Fields, { key, value, resolver }: Field, site: Site): PlanValue {
  const path = appendSegment(site.path, cut(key));
  const schema = Object.hasOwn(schemas, key) ? schemas[key] : undefined;
  if (!isSchema(schema)) {
    const nearest = nearestNames(key, Object.keys(schemas));
    site.problems.add(() => ({
      code: 'PLAN_INVALID_VALUE',
      message: `${site.path}: the remote value "${resolver.name}" has no field ${quote(key)}; it has ${Object.keys(schemas).join(', ')}.${didYouMean(nearest)}`,
      at: path,
      details: { nearest },
    }));
    return value;
  }
  const found = site.problems.count;
  const conformed = conformValue(schema, value, { path, problems: site.problems });
  if (schema.format === 'data-reference' && site.problems.count === found) checkReference(conformed, { ...site, path });
  return conformed;
}

/**
 * What a text alone can tell of a reference: its form, and that it stays inside its root.
 *
 * @param mayBeJob Whether the result of a job will do, for which a job waits.
 */
export function checkReference(value: PlanValue, { path, problems }: Site, mayBeJob = false): void {
  if (typeof value !== 'string') return;
  try {
    const { scheme } = parseDataReference(value);
    if (mayBeJob || scheme !== 'job') return;
    problems.add(() => ({
      code: 'PLAN_INVALID_VALUE',
      message: `${path} names a job. Write the artifact of its result instead, artifact:sha256-...`,
      at: path,
    }));
  } catch (error) {
    if (!isRondelError(error)) throw error;
    const { code, message } = error.failure;
    problems.add(() => ({ code, message: `${path}: ${message}`, at: path }));
  }
}
