import * as contracts from '@rondel/contracts';

type Json = null | boolean | number | string | readonly Json[] | JsonObject;
interface JsonObject {
  readonly [key: string]: Json;
}

/** The parts of an OpenAPI document that are looked at here. */
export interface DocumentWithSchemas {
  readonly paths?: object;
  readonly components?: { readonly responses?: object };
}

/**
 * The document with every schema of `libs/contracts` that it uses in one place, `components.schemas`, under its own name
 * (`JobSchema` is `Job`), and references to it everywhere else. Routes keep their whole schemas, which validate and print.
 */
export function withNamedSchemas<D extends DocumentWithSchemas>(
  document: D,
): D & { readonly components: { readonly schemas: Readonly<Record<string, object>> } } {
  const numberOf = numbering();
  const names = schemaNames(numberOf);
  const used = new Map<string, JsonObject>();
  const referring = (value: Json, inside = ''): Json => {
    if (isList(value)) return value.map((item) => referring(item));
    if (typeof value !== 'object' || value === null) return value;
    const name = names.get(numberOf(value));
    const inner = () => Object.fromEntries(Object.entries(value).map(([key, child]) => [key, referring(child)]));
    if (name === undefined || name === inside) return inner();
    if (!used.has(name)) {
      used.set(name, {});
      used.set(name, referring(value, name) as JsonObject);
    }
    return { $ref: `#/components/schemas/${name}` };
  };
  const paths = referring(plain(document.paths ?? {}));
  const { responses } = document.components ?? {};
  const shared = responses && { responses: referring(plain(responses)) };
  const schemas = Object.fromEntries([...used].sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths, components: { ...document.components, ...shared, schemas } };
}

/** Number of a schema to its name. Short ones, such as ids, say more where they are used. */
function schemaNames(numberOf: (value: Json) => number): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const [exported, schema] of Object.entries(contracts)) {
    if (!exported.endsWith('Schema') || typeof schema !== 'object') continue;
    const number = numberOf(inDocument(schema));
    if (isLong(schema) && !names.has(number)) names.set(number, exported.slice(0, -'Schema'.length));
  }
  return names;
}

function isLong(schema: object): boolean {
  return ['properties', 'anyOf', 'enum'].some((keyword) => keyword in schema);
}

/** As it will be sent. */
function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}

/** A schema in the words of @fastify/swagger, which rewrites the two keywords that not every reader of documents knows. */
export function inDocument(schema: object): Json {
  return reworded(plain(schema));
}

function reworded(value: Json): Json {
  if (isList(value)) return value.map(reworded);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, child]): [string, Json] => {
      if (key === 'const') return ['enum', [child]];
      if (key !== 'patternProperties') return [key, reworded(child)];
      const [any = {}] = Object.values(child as JsonObject);
      return ['additionalProperties', reworded(any)];
    }),
  );
}

/** The same number for values that differ only in the order of keys. Texts name what is inside by its number: they stay short. */
function numbering(): (value: Json) => number {
  const numbers = new Map<string, number>();
  const known = new Map<object, number>();
  const textOf = (value: Json): string => {
    if (isList(value)) return `[${value.map(numberOf).join()}]`;
    if (typeof value !== 'object' || value === null) return JSON.stringify(value);
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${entries.map(([key, child]) => `${JSON.stringify(key)}:${numberOf(child)}`).join()}}`;
  };
  const numberOf = (value: Json): number => {
    const found = typeof value === 'object' && value !== null ? known.get(value) : undefined;
    if (found !== undefined) return found;
    const text = textOf(value);
    const number = numbers.get(text) ?? numbers.size;
    numbers.set(text, number);
    if (typeof value === 'object' && value !== null) known.set(value, number);
    return number;
  };
  return numberOf;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}
