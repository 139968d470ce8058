/** The part of JSON Schema that messages speak of. TypeBox makes it; `Check` of TypeBox has the last word. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A numeric keyword such as `minimum`. */
export function numberIn(schema: JsonSchema, keyword: string): number | undefined {
  const value = schema[keyword];
  return typeof value === 'number' ? value : undefined;
}

export function schemasIn(schema: JsonSchema, keyword: string): readonly JsonSchema[] | undefined {
  const value = schema[keyword];
  return Array.isArray(value) ? value.filter(isSchema) : undefined;
}

/** The alternatives of a union, or the schema itself. */
export function branchesOf(schema: JsonSchema): readonly JsonSchema[] {
  const branches = schemasIn(schema, 'anyOf') ?? schemasIn(schema, 'oneOf');
  return branches === undefined ? [schema] : branches.flatMap(branchesOf);
}

/** The values of an `enum`, or the one of a `const`. */
export function choicesOf(schema: JsonSchema): readonly unknown[] | undefined {
  const choices: unknown = schema.enum;
  if (Array.isArray(choices)) return choices.map((choice: unknown) => choice);
  return 'const' in schema ? [schema.const] : undefined;
}

/** The schema of one array item, position from 0; `undefined` when any value will do. */
export function itemSchema(schema: JsonSchema, position: number): JsonSchema | undefined {
  const tuple = schemasIn(schema, 'prefixItems') ?? schemasIn(schema, 'items');
  if (tuple !== undefined) return tuple[position];
  return isSchema(schema.items) ? schema.items : undefined;
}

/** Fewest and most items of an array; a tuple without `additionalItems` ends with its last schema. */
export function itemBounds(schema: JsonSchema): { least: number; most: number } {
  const tuple = schemasIn(schema, 'prefixItems') ?? schemasIn(schema, 'items');
  const closed = tuple !== undefined && (schema.additionalItems === false || schema.items === false);
  return {
    least: numberIn(schema, 'minItems') ?? 0,
    most: Math.min(numberIn(schema, 'maxItems') ?? Infinity, closed ? tuple.length : Infinity),
  };
}
