/** As much of a schema, and of an OpenAPI document, as is looked at here. */
interface Schema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly additionalProperties?: Schema | boolean;
  readonly enum?: readonly unknown[];
}

interface Body {
  readonly content?: Readonly<Record<string, { readonly schema?: Schema }>>;
}

export interface Operation {
  readonly operationId?: string;
  readonly parameters?: readonly { readonly name: string; readonly schema?: Schema }[];
  readonly requestBody?: Body;
  readonly security?: readonly object[];
  readonly responses: Readonly<Record<string, Body & { readonly $ref?: string }>>;
}

export interface OpenApiDocument {
  readonly servers?: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly responses: object };
}

/** Every operation with its method and path. */
export function operationsOf({ paths }: OpenApiDocument) {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method, path, operation })),
  );
}

/**
 * The classes that generators of clients make of a document, in lower case as files are named after them: one for each named
 * schema, and one for each object and enumeration inside another or inside an operation, named after where it stands.
 */
export function derivedNames(document: OpenApiDocument): string[] {
  const named = Object.entries(document.components.schemas);
  const inOperations = operationsOf(document).flatMap(({ operation }) => {
    const id = operation.operationId ?? '';
    return [
      ...(operation.parameters ?? []).flatMap(({ name, schema }) => within(schema, id + plain(name))),
      ...bodies(operation.requestBody).flatMap((schema) => within(schema, `${id}body`)),
      ...Object.entries(operation.responses).flatMap(([status, response]) =>
        bodies(response).flatMap((schema) => within(schema, `${id}response${status}`)),
      ),
    ];
  });
  return [...named.flatMap(([name, schema]) => [plain(name), ...inside(schema, name)]), ...inOperations].map((name) =>
    name.toLowerCase(),
  );
}

function bodies(body: Body | undefined): Schema[] {
  return Object.values(body?.content ?? {}).flatMap(({ schema }) => schema ?? []);
}

/** Names of an anonymous schema and of those in it. */
function within(schema: Schema | undefined, name: string): string[] {
  if (schema === undefined || schema.$ref !== undefined) return [];
  const isClass = schema.properties !== undefined || schema.enum !== undefined;
  return [...(isClass ? [name] : []), ...inside(schema, name)];
}

function inside(schema: Schema, name: string): string[] {
  const { properties = {}, items, anyOf = [], additionalProperties: others } = schema;
  return [
    ...Object.entries(properties).flatMap(([property, child]) => within(child, name + plain(property))),
    ...within(items, `${name}item`),
    ...anyOf.flatMap((child, index) => within(child, `${name}type${index}`)),
    ...within(typeof others === 'object' ? others : undefined, `${name}additionalproperty`),
  ];
}

function plain(name: string): string {
  return name.replace(/[^A-Za-z0-9]/g, '');
}

/** All references of a document. */
export function referencesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = '$ref' in value && typeof value.$ref === 'string' ? [value.$ref] : [];
  return [...own, ...Object.values(value).flatMap(referencesIn)];
}
