import { Type, type Static, type TSchema } from '../schema.js';

/** What a node of a plan is for. */
export const NodeKindSchema = Type.Enum(['algorithm', 'pipeline', 'step', 'value', 'wrapper'], {
  description:
    '`algorithm`: root of a runnable plan, one property `parameter`. `pipeline`: steps that run in order. `step`: arrays in, arrays out. `value`: configuration of a step, such as a regularization term. `wrapper`: stands where the node in its property `param` may stand, and says where or how that one runs.',
});

/** One property of a node type. Exactly one of `schema` (a plain value) and `accepts` (nodes) says what it holds. */
export const CatalogPropertySchema = Type.Object({
  name: Type.String(),
  description: Type.String(),
  schema: Type.Optional(Type.Unsafe<TSchema>(Type.Any({ description: 'JSON Schema of a plain value.' }))),
  accepts: Type.Optional(
    Type.Array(Type.String(), { description: 'Node types that the property may hold; `*` for any.' }),
  ),
  list: Type.Optional(Type.Boolean({ description: 'With `accepts`: holds a list of nodes.' })),
  typeReference: Type.Optional(
    Type.Boolean({ description: 'With `accepts`: holds the name of one of these types, not a node.' }),
  ),
  local: Type.Optional(
    Type.Boolean({ description: 'Read where the plan is compiled, so that no `_remote` table can stand here.' }),
  ),
  unit: Type.Optional(Type.String()),
  default: Type.Optional(Type.Unknown({ description: 'Used when the plan says nothing.' })),
  optional: Type.Boolean({ description: 'False when the plan must give a value.' }),
  juliaName: Type.Optional(
    Type.String({ description: 'Name of the property in the files of Julia, where it differs.' }),
  ),
  juliaModule: Type.Optional(
    Type.String({ description: 'With `typeReference`: the Julia module that has the types.' }),
  ),
  onlyFor: Type.Optional(
    Type.Object(
      {
        property: Type.String({ description: 'Name of another property of the node.' }),
        values: Type.Array(Type.String(), { description: 'Strings, names of types, or types of nodes.' }),
      },
      { description: 'The property exists only while the other one has one of the values.' },
    ),
  ),
});

export const CatalogNodeSchema = Type.Object({
  module: Type.String({ description: 'Value of `_module` in plan files.' }),
  type: Type.String({ description: 'Value of `_type`, without `RecoPlan{}`.' }),
  alsoKnownAs: Type.Optional(
    Type.Array(Type.String(), { description: 'Further values of `_type` that mean the same.' }),
  ),
  package: Type.String({ description: 'The npm package that provides it.' }),
  kind: NodeKindSchema,
  juliaModule: Type.Optional(
    Type.String({ description: 'The Julia module that has the type, where it is not the one of the plan.' }),
  ),
  description: Type.String(),
  properties: Type.Array(CatalogPropertySchema),
  input: Type.Optional(Type.Array(Type.String(), { description: 'Axes a step takes, slowest first.' })),
  output: Type.Optional(Type.Array(Type.String(), { description: 'Axes a step returns, slowest first.' })),
  parallel: Type.Optional(
    Type.Array(Type.String(), { description: 'Axes along which blocks can be computed independently.' }),
  ),
  conditional: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Axes of `parallel` for which that holds only where parameters or the data are such.',
    }),
  ),
  halo: Type.Optional(
    Type.Record(Type.String(), Type.Union([Type.Integer({ minimum: 0 }), Type.Literal('parameters')]), {
      description:
        "Axes of `parallel` along which a block needs neighbours on either side: how many, or `parameters` where the step's parameters decide.",
    }),
  ),
  purity: Type.Optional(Type.Enum(['pure', 'stateful'])),
});

export const CatalogPlanSchema = Type.Object({
  name: Type.String({ description: 'e.g. `radon/fbp`' }),
  description: Type.String(),
  toml: Type.String(),
});

export const CatalogPackageSchema = Type.Object({
  name: Type.String(),
  version: Type.String(),
  module: Type.String(),
  aliases: Type.Array(Type.String(), { description: 'Other module names under which plan files may know it.' }),
  description: Type.String(),
});

export const CatalogRemoteResolverSchema = Type.Object({
  name: Type.String({ description: 'Value of `_remote`.' }),
  package: Type.String({ description: 'The npm package that provides it.' }),
  description: Type.String(),
  schema: Type.Unsafe<TSchema>(
    Type.Any({
      description: 'JSON Schema of the other fields. `format: data-reference` marks what the worker reads from.',
    }),
  ),
});

/** Everything a plan can be made of here, as data: enough to validate plans and to draw forms without running code. */
export const CatalogSchema = Type.Object({
  packages: Type.Array(CatalogPackageSchema),
  nodes: Type.Array(CatalogNodeSchema),
  plans: Type.Array(CatalogPlanSchema),
  linkFunctions: Type.Optional(
    Type.Array(Type.String(), {
      description: 'Functions that links between properties may name, those of packages also with their modules.',
    }),
  ),
  workerLinkFunctions: Type.Optional(
    Type.Array(Type.String(), {
      description:
        'Functions that links may name, but that nobody can call before the worker has the data: the property that follows stays open.',
    }),
  ),
  remoteResolvers: Type.Optional(
    Type.Array(CatalogRemoteResolverSchema, {
      description: 'What the worker that runs a step can put in place of a `_remote` table.',
    }),
  ),
});

export type NodeKind = Static<typeof NodeKindSchema>;
export type CatalogProperty = Static<typeof CatalogPropertySchema>;
export type CatalogNode = Static<typeof CatalogNodeSchema>;
export type CatalogPlan = Static<typeof CatalogPlanSchema>;
export type CatalogPackage = Static<typeof CatalogPackageSchema>;
export type CatalogRemoteResolver = Static<typeof CatalogRemoteResolverSchema>;
export type Catalog = Static<typeof CatalogSchema>;
